import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type LeftOutModule, leftOutModules } from '../../infra/leftOutModules.ts';

interface Metafile {
  readonly inputs: Record<string, { imports: { path: string; kind: string; original?: string }[] }>;
}

const artifact = fileURLToPath(new URL('../../dist/authorizer/index.cjs', import.meta.url));
const metafile: Metafile = JSON.parse(
  readFileSync(new URL('../../dist/authorizer/meta.json', import.meta.url), 'utf8'),
);

/** Who imports a left-out module, as `importer:kind`. */
function importersOf(index: number): string[] {
  return Object.entries(metafile.inputs).flatMap(([importer, { imports }]) =>
    imports
      .filter(({ path }) => path.startsWith(`left-out-${index}:`))
      .map(({ kind }) => `${importer.replace(/^.*\//, '')}:${kind}`),
  );
}

/** The importers that were read, and found not to run what they import. Another one has to be read first. */
const readImporters: readonly (readonly string[])[] = [
  ['defaultProvider.js:dynamic-import', 'remoteProvider.js:dynamic-import'],
  ['HttpProtocol.js:dynamic-import'],
  ['Sha256Node.js:import-statement', 'Sha256WebCrypto.js:import-statement', 'index.js:import-statement'],
  ['configurations.js:import-statement', 'index.js:import-statement'],
  [
    'externalDataInterceptor.js:import-statement',
    'loadSharedConfigFiles.js:import-statement',
    'loadSsoSessionData.js:import-statement',
    'index.js:import-statement',
  ],
  [
    'splitStream.js:import-statement',
    'headStream.js:import-statement',
    'createChecksumStream.js:import-statement',
    'getAwsChunkedEncodingStream.js:import-statement',
    'stream-collector.js:import-statement',
    'createBufferedReadable.js:import-statement',
    'createChecksumStream.browser.js:import-statement',
    'stream-collector.browser.js:import-statement',
    'sdk-stream-mixin.browser.js:import-statement',
    'index.js:import-statement',
  ],
];

describe('modules left out of the bundle', () => {
  leftOutModules.forEach((module: LeftOutModule, index) => {
    it(`${module.path}: ${module.why}`, () => {
      const importers = importersOf(index);
      assert.ok(importers.length > 0, 'the SDK no longer has it: take it off the list');
      assert.deepEqual(
        importers.filter((importer) => !readImporters[index]?.includes(importer)),
        [],
      );
    });
  });

  it('say so by name when they are run: a function without the credentials that Lambda sets', () => {
    const { PATH } = process.env;
    const env = { PATH, APPROOV_SECRET_ID: 's', AWS_REGION: 'eu-west-1', HOME: '/nowhere' };
    const output = execFileSync(process.execPath, [artifact], { env, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(output), {
      level: 'warn',
      message:
        'secret fetch failed: secret_unavailable: GetSecretValue failed with NoCredentialsInEnvironment',
      reason: 'secret_unavailable',
    });
  });
});
