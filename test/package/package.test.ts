import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { build } from 'esbuild';
import { type Consumer, installPackage, packageName as name, root } from './installPackage.ts';

/** Prints whether a module of the AWS SDK is loaded with an entry, from the SDK's packages or from ours. */
const loadsSdk = (load: string) => `
import { createRequire, registerHooks } from 'node:module';
let loaded = false;
registerHooks({
  load(url, context, next) {
    const loading = next(url, context);
    loaded ||= /SecretsManagerClient|GetSecretValue/.test(String(loading.source));
    return loading;
  },
});
const require = createRequire(import.meta.url);
await ${load};
console.log(loaded);
`;

/** Prints what the entries `all` and `backend` export, and whether they share their classes. */
const prints = `
const names = (entry) => Object.keys(entry).sort().join();
console.log(names(all), names(backend), all.ApproovContextError === backend.ApproovContextError);
`;

suite('the packed package', () => {
  let consumer: Consumer;
  before(() => {
    consumer = installPackage();
  });
  after(() => consumer.remove());

  const run = (args: string[]) =>
    execFileSync(process.execPath, args, { cwd: consumer.folder, encoding: 'utf8', stdio: 'pipe' });
  const paths = () =>
    readdirSync(join(consumer.folder, 'package'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(`${consumer.folder}/package/`.length));
  const read = (path: string) => readFileSync(join(consumer.folder, 'package', path), 'utf8');

  test('holds the library, the two bundles, their notices and the usual files, and nothing else', () => {
    const library = /^dist\/package\/([\w-]+\.(c?js|d\.ts)|chunks\/[\w-]+\.js|types\/.*\.d\.ts)$/;
    assert.deepEqual(
      paths()
        .filter((path) => !library.test(path))
        .sort(),
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'dist/authorizer/THIRD-PARTY-NOTICES.txt',
        'dist/authorizer/index.cjs',
        'dist/hello/THIRD-PARTY-NOTICES.txt',
        'dist/hello/index.cjs',
        'dist/package/THIRD-PARTY-NOTICES.txt',
        'dist/package/types/package.json',
        'package.json',
      ],
    );
  });

  test('is small', () => {
    const { size } = statSync(consumer.tarball);
    assert.ok(size < 220_000, `${size} bytes`);
  });

  test('leaves out what it is built without', () => {
    const leftOut = paths().filter((path) => /chunks\/(bowser|event-streams)-/.test(path));
    assert.deepEqual(leftOut.map(read), ['', '']);
  });

  test('names no source map that it does not hold', () => {
    const named = paths().flatMap((path) =>
      [...read(path).matchAll(/^\/\/# sourceMappingURL=(\S+)/gm)].map(([, map]) =>
        join(dirname(path), String(map)),
      ),
    );
    assert.deepEqual(
      named.filter((map) => !existsSync(join(consumer.folder, 'package', map))),
      [],
    );
  });

  test('holds the notices of what its library bundles', () => {
    const notices = read('dist/package/THIRD-PARTY-NOTICES.txt');
    for (const bundled of ['jose', '@aws-sdk/client-secrets-manager', '@smithy/core']) {
      assert.match(notices, new RegExp(`^${bundled} \\d+\\.\\d+\\.\\d+ \\(.*\\)\n {4}Copyright `, 'm'));
    }
  });

  test('imports nothing but its dependencies', () => {
    const specifiers = paths()
      .filter((path) => /^dist\/package\/.*\.(c?js|d\.ts)$/.test(path))
      .flatMap((path) => [
        ...read(path).matchAll(/(?<![\w'"])(?:from ?|import ?|import\(|require\()['"]([^'"\n]+)['"]/g),
      ])
      .map(([, specifier]) => /^(\.|node:|(?:@[^/]+\/)?[^/]+)/.exec(String(specifier))?.[1]);
    // The SDK tries these and goes on without them.
    const optional = ['@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a'];
    const others = ['.', 'node:', ...optional];
    const packages = new Set(specifiers.filter((specifier) => !others.includes(String(specifier))));
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.deepEqual([...packages].sort(), Object.keys(dependencies).sort());
  });

  const exported = [
    'ApproovContextError,ConfigurationError,Failure,Refusal,UserClaimsError,createAuthorizer,createVerifier',
    'failureCodes,guardHandler,readApproovContext,readUserClaims,refusalReasons,verifyContentDigest,withApproov',
  ].join();
  const exportedForBackends =
    'ApproovContextError,UserClaimsError,readApproovContext,readUserClaims,verifyContentDigest';
  const loads: [title: string, file: string, expected: string, text: string][] = [
    [
      'both entries by import, with the same classes',
      'both.mjs',
      `${exported} ${exportedForBackends} true`,
      `import * as all from '${name}'; import * as backend from '${name}/backend'; ${prints}`,
    ],
    [
      'both entries by require, with the same classes',
      'both.cjs',
      `${exported} ${exportedForBackends} true`,
      `const all = require('${name}'); const backend = require('${name}/backend'); ${prints}`,
    ],
    [
      'exports that a test may replace',
      'replace.cjs',
      'mine mine',
      `const all = require('${name}'); Object.defineProperty(all, 'createAuthorizer', { value: 'mine' });
        const backend = require('${name}/backend'); backend.readApproovContext = 'mine';
        console.log(all.createAuthorizer, backend.readApproovContext);`,
    ],
    ...['import', 'require'].flatMap((way) =>
      [`${name}/backend`, name].map((entry): (typeof loads)[0] => [
        `${entry === name ? 'the AWS SDK' : 'no AWS SDK'} with ${entry} by ${way}`,
        'sdk.mjs',
        String(entry === name),
        loadsSdk(`${way}('${entry}')`),
      ]),
    ),
  ];
  const shaken: [imported: string, from: string, most: number, without: RegExp][] = [
    ['readApproovContext', `${name}/backend`, 3_000, /sha-256|SecretsManager/],
    ['readUserClaims', `${name}/backend`, 3_000, /sha-256|SecretsManager/],
    ['verifyContentDigest', `${name}/backend`, 9_000, /SecretsManager/],
    ['createAuthorizer', name, 360_000, /wrapped authorizer|function URL/],
    ['withApproov', name, 360_000, /function URL/],
    ['guardHandler', name, 360_000, /wrapped authorizer/],
  ];
  for (const [imported, from, most, without] of shaken) {
    test(`leaves a bundle of ${imported} from ${from} without the rest`, async () => {
      const contents = `import { ${imported} } from '${from}'; console.log(${imported});`;
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: consumer.folder },
        bundle: true,
        minify: true,
        platform: 'node',
        format: 'esm',
        write: false,
      });
      const text = outputFiles.map((file) => file.text).join();
      assert.ok(text.length < most, `${text.length} characters`);
      assert.ok(!without.test(text), `it has ${without}`);
    });
  }

  for (const [title, file, expected, text] of loads) {
    test(`loads ${title}`, () => {
      consumer.write(file, text);
      assert.equal(run([file]).trim(), expected);
    });
  }
});
