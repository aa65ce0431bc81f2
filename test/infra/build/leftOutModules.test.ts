import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type LeftOutModule, leftOutModules } from '../../../infra/build/leftOutModules.ts';

interface Metafile {
  readonly inputs: Record<string, { imports: { path: string; kind: string; original?: string }[] }>;
  readonly outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
}

const artifact = fileURLToPath(new URL('../../../dist/authorizer/index.cjs', import.meta.url));
const metafile: Metafile = JSON.parse(
  readFileSync(new URL('../../../dist/authorizer/meta.json', import.meta.url), 'utf8'),
);

/** Paths of the modules that the bundle holds something of. */
const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) =>
  Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
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
  ['index.js:import-statement'],
  ['runtimeConfig.js:import-statement'],
  ['HttpProtocol.js:dynamic-import'],
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

  it('no credentials but those of the environment can be reached', () => {
    const providers = bundled.filter((path) => /credential-provider|token-providers/.test(path));
    assert.deepEqual(providers, ['node_modules/@aws-sdk/credential-provider-env/dist-es/fromEnv.js']);
  });

  it("nothing of the SDK's client is bundled, nor its loader of configuration files", () => {
    const paths = bundled.join('\n');
    assert.doesNotMatch(paths, /SecretsManagerClient|runtimeConfig|middleware-|shared-ini-file-loader/);
  });

  it('a function without the credentials that Lambda sets says so by name', () => {
    const { PATH } = process.env;
    const env = { PATH, APPROOV_SECRET_ID: 's', AWS_REGION: 'eu-west-1', HOME: '/nowhere' };
    const output = execFileSync(process.execPath, [artifact], { env, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(output), {
      level: 'warn',
      message: 'secret fetch failed: secret_unavailable: GetSecretValue failed with CredentialsProviderError',
      reason: 'secret_unavailable',
    });
  });
});
