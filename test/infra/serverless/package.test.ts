import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { command } from '../support/command.ts';

/** No credentials, and nowhere to get any. */
const offline = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_PROFILE: '',
  AWS_EC2_METADATA_DISABLED: 'true',
  SLS_TELEMETRY_DISABLED: '1',
};

suite('serverless package', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
  });
  after(() => rm(folder, { recursive: true }));
  const pack = (...parameters: string[]) =>
    command(
      'node_modules/serverless/bin/serverless.js',
      ['package', '--package', folder, ...parameters.map((parameter) => `--param=${parameter}`)],
      '',
      offline,
    );

  test('writes authorizers of type REQUEST with the identity sources and the time given', async () => {
    const { code, stderr } = await pack(
      'APPROOV_BINDING_HEADERS=Authorization',
      'authorizerTtlSeconds=60',
      'websocket=on',
    );
    assert.equal(code, 0, stderr);
    const template = JSON.parse(
      await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'),
    );
    const { AuthorizerApiGatewayAuthorizer: rest, HttpApiAuthorizerApproov: http } = template.Resources;
    assert.partialDeepStrictEqual(rest.Properties, {
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: 'method.request.header.Approov-Token, method.request.header.Authorization',
    });
    assert.partialDeepStrictEqual(http.Properties, {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: ['$request.header.Approov-Token', '$request.header.Authorization'],
    });
    const zips = (await readdir(folder)).filter((name) => name.endsWith('.zip')).sort();
    assert.deepEqual(zips, ['authorizer.zip', 'hello.zip']);
    for (const zip of zips) {
      const bundle = `dist/${zip.replace('.zip', '')}`;
      assert.deepEqual(
        zipEntries(await readFile(join(folder, zip))),
        ['THIRD-PARTY-NOTICES.txt', 'index.cjs'].map((name) => `${bundle}/${name}`),
      );
    }
  });

  test('fails with the reason for a contradictory parameter, once', async () => {
    const { code, stdout, stderr } = await pack('APPROOV_MESSAGE_SIGNING=install', 'authorizerTtlSeconds=60');
    assert.equal(code, 1);
    const output = stdout + stderr;
    assert.equal(output.split('authorizerTtlSeconds must be 0: with message signing').length, 2, output);
  });
});

/**
 * Names of the files in a zip.
 *
 * @see {@link https://pkwaredownloads.blob.core.windows.net/pem/APPNOTE.txt} Section 4.3.12, Central directory structure
 */
function zipEntries(zip: Buffer): string[] {
  const names: string[] = [];
  const isHeader = (at: number) => at >= 0 && at + 46 <= zip.length;
  for (let at = zip.indexOf('PK\x01\x02'); isHeader(at); at = zip.indexOf('PK\x01\x02', at + 46)) {
    names.push(zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)));
  }
  return names.sort();
}
