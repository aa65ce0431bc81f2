import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandsOf, documents, read } from './markdown.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** All of its commands are run by `test/verify/attachCli.test.ts`. */
const runByVerify = 'docs/attach/cli.md';

/** How a documented command is known to work. */
const ways: readonly {
  readonly command: RegExp;
  readonly way: 'ci' | 'here' | 'aws' | 'docker' | 'github';
}[] = [
  { command: /^npm ci$|^npm ci && npm (test|run (build|demo|release))$/, way: 'ci' },
  { command: /^npx node --test .*test\/unit\/[a-z]+\.test\.ts$/i, way: 'here' },
  { command: /^npm run -s token -- --help$/, way: 'here' },
  {
    command:
      /^npm run (-s )?(deploy|smoke)\b|^(approov|aws|serverless deploy|curl -i|export AWS_REGION|sam (list|delete|remote|deploy) .*approov|sam remote|sam build && sam deploy)\b|^(URL|LOGIN|APPROOV_DENIAL)=|^\(cd dist\/authorizer && zip |^printf %s .*sha256sum/,
    way: 'aws',
  },
  { command: /^(npx cdk deploy|npm install CLONE)\b/, way: 'aws' },
  { command: /^\.github\/compareActions\.sh > /, way: 'github' },
  { command: /^(sam (build|local|deploy)|npm run sam:secret)\b/, way: 'docker' },
];

suite('documented commands', () => {
  for (const page of documents.filter((name) => name !== runByVerify)) {
    for (const command of commandsOf(read(page))) {
      test(`${page}: ${command.slice(0, 100)}`, () => {
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
  execFileSync('sh', ['-c', command], { cwd: root, env, stdio: 'pipe' });
}
