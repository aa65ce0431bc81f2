import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandsOf } from './markdown.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const docs = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
const pages = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)];

/** How a documented command is known to work. */
const ways: readonly {
  readonly command: RegExp;
  readonly way: 'ci' | 'here' | 'aws' | 'docker' | 'github';
}[] = [
  { command: /^npm ci$|^npm ci && npm (test|run (demo|release))$/, way: 'ci' },
  { command: /^npx node --test .*test\/unit\/[a-z]+\.test\.ts$/i, way: 'here' },
  { command: /^npm run -s token -- --help$/, way: 'here' },
  {
    command: /^npm run (deploy|smoke)\b|^approov |^aws |^\(cd dist\/release && sha256sum /,
    way: 'aws',
  },
  { command: /^\.github\/compareActions\.sh > /, way: 'github' },
  { command: /^sam (build|local|deploy)\b/, way: 'docker' },
];

describe('documented commands', () => {
  for (const page of pages) {
    for (const command of commandsOf(read(page))) {
      it(`${page}: ${command.slice(0, 100)}`, () => {
        const found = ways.find((entry) => entry.command.test(command));
        assert.ok(found, 'run it in CI or in this test, or say that it needs AWS');
        if (found.way === 'ci') assert.ok(isRunByCi(command), 'not in .ci/run');
        if (found.way === 'aws') assert.match(read(page), /needs? AWS/);
        if (found.way === 'github') assert.match(read(page), /with their repositories/);
        if (found.way === 'docker') assert.match(read(page), /Docker/);
        if (found.way === 'here') runHere(command);
      });
    }
  }
});

/** Whether `.ci/run` runs it, or `npm run verify`, with which it ends. */
function isRunByCi(command: string): boolean {
  const ci = read('.ci/run') + JSON.parse(read('package.json')).scripts.verify;
  return command.split(' && ').every((part) => ci.includes(part) || part === 'npm run build');
}

function runHere(command: string): void {
  // Else a `node --test` in the command would report to this test run.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  execFileSync('sh', ['-c', command], { cwd: fileURLToPath(root), env, stdio: 'pipe' });
}
