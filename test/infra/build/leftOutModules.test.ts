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

/** Paths of the modules that are in the bundle, at least in part. */
const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) =>
  Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
);

/** The importers of a left-out module, as `importer:kind`. */
function importersOf(index: number): string[] {
  return Object.entries(metafile.inputs).flatMap(([importer, { imports }]) =>
    imports
      .filter(({ path }) => path.startsWith(`left-out-${index}:`))
      .map(({ kind }) => `${importer.replace(/^.*\//, '')}:${kind}`),
  );
}

/** Importers that were reviewed and do not run what they import. Review another one before adding it. */
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
      assert.ok(importers.length > 0, 'the SDK no longer imports it: remove it from the list');
      assert.deepEqual(
        importers.filter((importer) => !readImporters[index]?.includes(importer)),
        [],
      );
    });
  });

  it('only the credentials of the environment can be used', () => {
    const providers = bundled.filter((path) => /credential-provider|token-providers/.test(path));
    assert.deepEqual(providers, ['node_modules/@aws-sdk/credential-provider-env/dist-es/fromEnv.js']);
  });

  it("neither the SDK's client nor its loader of configuration files is bundled", () => {
    const paths = bundled.join('\n');
    assert.doesNotMatch(paths, /SecretsManagerClient|runtimeConfig|middleware-|shared-ini-file-loader/);
  });

  it('a function without the credentials of Lambda fails with an error that names them', () => {
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
