import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { invocations } from '../../../infra/cloudformation/sam/events.ts';
import { exampleSecretId, parameterOverrides, standInPort } from '../../../infra/cloudformation/sam/local.ts';

const folder = new URL('../../../infra/cloudformation/sam/', import.meta.url);
const readJson = async (path: string) => JSON.parse(await readFile(new URL(path, folder), 'utf8'));

suite('the events for sam local invoke', () => {
  for (const { name, event, expected } of invocations.filter((one) => one.expected.answer === 'Allow')) {
    test(`${name} is committed with the example token`, async () => {
      assert.deepEqual(await readJson(`events/${name}.json`), event);
      assert.equal(expected.reason, undefined);
    });
  }

  test('no other event is committed', () => {
    const files = execFileSync('git', ['ls-files', 'events'], {
      cwd: fileURLToPath(folder),
      encoding: 'utf8',
    });
    const names = invocations.filter(({ expected }) => expected.answer === 'Allow').map(({ name }) => name);
    assert.deepEqual(files.trim().split('\n').sort(), names.map((name) => `events/${name}.json`).sort());
  });

  test('another request differs in its headers and identity sources alone', () => {
    for (const { name, event } of invocations.filter(({ expected }) => expected.reason === 'token_expired')) {
      const allow = invocations.find((one) => one.name === name.replace('expired', 'allow'))?.event;
      const tokens = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;
      const [expired, allowed] = [event, allow].map((one) => JSON.stringify(one));
      assert.equal(expired?.replaceAll(tokens, ''), allowed?.replaceAll(tokens, ''), name);
      assert.equal(new Set(expired?.match(tokens)).size, 1, name);
      assert.notDeepEqual(expired?.match(tokens), allowed?.match(tokens));
    }
  });
});

test('env.json leads the function to the stand-in', async () => {
  assert.deepEqual(await readJson('env.json'), {
    Parameters: {
      APPROOV_SECRET_ID: exampleSecretId,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://host.docker.internal:${standInPort}`,
    },
  });
});

suite('parameterOverrides', () => {
  for (const { processor, architecture } of [
    { processor: 'x64', architecture: 'x86_64' },
    { processor: 'arm64', architecture: 'arm64' },
  ]) {
    test(`${processor} is ${architecture}, before the other parameters`, () => {
      assert.deepEqual(parameterOverrides(['Websocket=on'], processor), [
        '--parameter-overrides',
        `Architecture=${architecture}`,
        'Websocket=on',
      ]);
    });
  }
});
