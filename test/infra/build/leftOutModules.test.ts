import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { leftOutModules } from '../../../infra/build/leftOutModules.ts';

interface Metafile {
  readonly inputs: Record<string, { imports: { path: string }[] }>;
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

/** The files that import a module, from the root of the project. */
function importersOf(module: string): string[] {
  return Object.keys(metafile.inputs).filter((importer) =>
    metafile.inputs[importer]?.imports.some(({ path }) => path === module),
  );
}

/** The importers that were read and found not to run what they import. Another one has to be read first. */
const readImporters: Readonly<Record<string, readonly string[]>> = {
  'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/aws.js': [
    'node_modules/@aws-sdk/core/dist-es/submodules/client/index.js',
  ],
};

suite('modules left out of the bundle', () => {
  for (const { path, why } of leftOutModules) {
    test(`${path}: ${why}`, () => {
      const importers = importersOf(path);
      assert.ok(importers.length > 0, 'the SDK no longer has it: take it off the list');
      assert.deepEqual(importers, readImporters[path]);
    });
  }

  test('no credentials but those of the environment can be reached', () => {
    const providers = bundled.filter((path) => /credential-provider|token-providers/.test(path));
    assert.deepEqual(providers, []);
  });

  test("nothing of the SDK's client is bundled, nor its loader of configuration files", () => {
    const paths = bundled.join('\n');
    assert.doesNotMatch(paths, /SecretsManagerClient|runtimeConfig|middleware-|shared-ini-file-loader/);
  });

  test('a function without the credentials that Lambda sets says so by name', () => {
    const { PATH } = process.env;
    const env = { PATH, APPROOV_SECRET_ID: 's', AWS_REGION: 'eu-west-1', HOME: '/nowhere' };
    const output = execFileSync(process.execPath, [artifact], { env, encoding: 'utf8' });
    const { timestamp, ...line } = JSON.parse(output);
    assert.match(timestamp, /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
    assert.deepEqual(line, {
      level: 'warn',
      message: 'secret fetch failed: secret_unavailable: GetSecretValue failed with CredentialsProviderError',
      reason: 'secret_unavailable',
      secretId: 's',
    });
  });
});
