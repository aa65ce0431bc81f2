import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const consumer = mkdtempSync(join(tmpdir(), 'approov-consumer-'));
const name = 'approov-apigateway-authorizer';
const run = (command: string, args: string[], cwd = consumer) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const typescript = `
import { createAuthorizer, Failure, refusalReasons } from '${name}';
import { readApproovContext, verifyContentDigest } from '${name}/backend';

export const handler = async (event: unknown) => {
  const context = readApproovContext(event);
  if (context.verdict === 'would-deny') return context.reason;
  const exp: number = context.exp;
  return [exp, verifyContentDigest(event, context)];
};
export const authorizer = (options: { secretId: string }) => createAuthorizer(options);
export const known: readonly string[] = refusalReasons;
export const isOurs = (error: unknown) => error instanceof Failure;
`;

const loadsSdk = (entry: string) => `
import '${entry}';
import { createRequire } from 'node:module';
console.log(Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('aws-sdk')));
`;

describe('the published package', () => {
  before(() => {
    const [{ filename }] = JSON.parse(
      run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', consumer], root).replace(
        /^[^[]*/,
        '',
      ),
    );
    run('tar', ['xzf', filename]);
    mkdirSync(join(consumer, 'node_modules'));
    // As if installed: its own files, and its dependencies from this checkout.
    for (const dependency of readdirSync(join(root, 'node_modules')).filter(
      (entry) => !entry.startsWith('.'),
    )) {
      symlinkSync(join(root, 'node_modules', dependency), join(consumer, 'node_modules', dependency));
    }
    symlinkSync(join(consumer, 'package'), join(consumer, 'node_modules', name));
    writeFileSync(join(consumer, 'package.json'), '{"type":"module"}');
  });
  after(() => rmSync(consumer, { recursive: true }));

  it('holds the library, the two bundles and the usual files, and nothing else', () => {
    const files = readdirSync(join(consumer, 'package'), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile(),
    );
    const paths = files.map((entry) =>
      join(entry.parentPath, entry.name).slice(join(consumer, 'package').length + 1),
    );
    const others = paths.filter((path) => !/^dist\/package\/.*\.(js|d\.ts)$/.test(path)).sort();
    assert.deepEqual(others, [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/authorizer/THIRD-PARTY-NOTICES.txt',
      'dist/authorizer/index.cjs',
      'dist/hello/THIRD-PARTY-NOTICES.txt',
      'dist/hello/index.cjs',
      'package.json',
    ]);
  });

  it('imports nothing but its dependencies', () => {
    const folder = join(consumer, 'package/dist/package');
    const imported = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(js|d\.ts)$/.test(path))
      .flatMap((path) => [
        ...readFileSync(join(folder, path), 'utf8').matchAll(/(?:from|import\() ?'([^']+)'/g),
      ])
      .map(([, specifier]) => /^(\.|node:|(?:@[^/]+\/)?[^/]+)/.exec(String(specifier))?.[1]);
    const packages = new Set(imported.filter((name) => name !== '.' && name !== 'node:'));
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.deepEqual([...packages].sort(), Object.keys(dependencies).sort());
  });

  it('compiles for a backend in TypeScript', () => {
    writeFileSync(join(consumer, 'consumer.ts'), typescript);
    run(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--types',
      'node',
      'consumer.ts',
    ]);
  });

  const imports: { title: string; file: string; text: string; expected?: string }[] = [
    {
      title: 'as an ES module',
      file: 'a.mjs',
      text: `import { readApproovContext } from '${name}/backend'; console.log(typeof readApproovContext)`,
    },
    {
      title: 'by require',
      file: 'b.cjs',
      text: `console.log(typeof require('${name}/backend').readApproovContext)`,
    },
    {
      title: 'with the factory',
      file: 'c.mjs',
      text: `import { createAuthorizer } from '${name}'; console.log(typeof createAuthorizer)`,
    },
    {
      title: 'for a backend without the AWS SDK',
      file: 'd.mjs',
      text: loadsSdk(`${name}/backend`),
      expected: 'false',
    },
    { title: 'the AWS SDK for the factory', file: 'e.mjs', text: loadsSdk(name), expected: 'true' },
  ];
  for (const { title, file, text, expected = 'function' } of imports) {
    it(`loads ${title}`, () => {
      writeFileSync(join(consumer, file), text);
      assert.equal(run(process.execPath, [file]).trim(), expected);
    });
  }
});
