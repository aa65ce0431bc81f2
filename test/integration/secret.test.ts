import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { SecretValue } from '../../infra/tools/standIns/secretsManager/secretsStore.ts';
import { outcome, request, secrets, token, withArtifact } from './rig.ts';

const [first, second] = secrets as [Buffer, Buffer];
const name = 'approov/secret';
const base64 = first.toString('base64');

// Every form of a value is in test/unit/keys/decodeSecret.test.ts.
suite('a stored secret', () => {
  const jsonKey = { APPROOV_SECRET_JSON_KEY: 'key' };
  const cases: [title: string, value: SecretValue, expected: string, variables?: Record<string, string>][] = [
    ['base64', { string: base64 }, 'allow'],
    ['base64 in SecretBinary', { binary: Buffer.from(base64) }, 'allow'],
    ['at a JSON key', { string: JSON.stringify({ key: base64 }) }, 'allow', jsonKey],
    [
      'not JSON',
      { string: base64 },
      'secret_invalid: the value is not JSON, but a JSON key is configured',
      jsonKey,
    ],
    [
      'raw bytes',
      { binary: Buffer.alloc(64, 0xfe) },
      'secret_invalid: the value is neither base64 nor base64url',
    ],
  ];
  for (const [title, value, expected, variables = {}] of cases) {
    test(`${title}: ${expected}`, async () => {
      await withArtifact(
        variables,
        async (artifact) => assert.equal(outcome(await artifact.answer(request(token()))), expected),
        (secretsManager) => secretsManager.putSecret(name, value),
      );
    });
  }
});

suite('the secret over time', () => {
  test('200 requests to a cold artifact make one call', async () => {
    await withArtifact({}, async (artifact, { calls }) => {
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, index) => artifact.answer(request(token(0, { index })))),
      );
      assert.ok(answers.every((answer) => outcome(answer) === 'allow'));
      assert.equal(calls.length, 1);
    });
  });

  test('a rotation takes effect at once and loses no request', async () => {
    await withArtifact({}, async (artifact, secretsManager) => {
      assert.equal(outcome(await artifact.answer(request(token(0)))), 'allow');
      secretsManager.rotate(name, { string: second.toString('base64') });
      const tokens = Array.from({ length: 100 }, (_, index) => token(index % 2, { index }));
      const answers = await Promise.all(tokens.map((some) => artifact.answer(request(some))));
      assert.deepEqual([...new Set(answers.map(outcome))], ['allow']);
      assert.deepEqual(
        secretsManager.calls.map(({ versionStage }) => versionStage),
        ['AWSCURRENT', 'AWSCURRENT', 'AWSPREVIOUS'].slice(0, secretsManager.calls.length),
      );
      assert.equal(
        outcome(await artifact.answer(request(token(0)))),
        'allow',
        'the previous secret in its grace',
      );
      assert.ok(artifact.lines.some(({ secretVersion }) => secretVersion === 'previous'));
    });
  });

  test('the previous secret does not verify a token with a grace of 0', async () => {
    await withArtifact(
      { APPROOV_PREVIOUS_SECRET_GRACE_SECONDS: '0' },
      async (artifact, { calls }) => {
        assert.equal(outcome(await artifact.answer(request(token(1)))), 'allow');
        assert.equal(outcome(await artifact.answer(request(token(0)))), 'unauthorized');
        assert.ok(calls.every(({ versionStage }) => versionStage === 'AWSCURRENT'));
      },
      (secretsManager) => {
        secretsManager.rotate(name, { string: second.toString('base64') }, { createdDate: new Date() });
      },
    );
  });
});
