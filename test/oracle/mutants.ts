/**
 * `npm run mutants`: applies each one-line fault of `mutants.txt` to a copy of the project, and asks whether a unit test fails
 * and whether the second implementation notices it. Exit code 1 when a fault no longer applies or fails no unit test, or when
 * fewer than 95 % are noticed. `npm run mutants -- 5000 text` tries those that match alone, with 5,000 requests.
 */
import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { installOracle, oraclePython, root } from '../verify/tools.ts';
import { readMutants } from './readMutants.ts';

const [requests = '20000', part = ''] = process.argv.slice(2);
const leastNoticed = 0.95;
const folder = `${root}.cache/mutants/`;
const copy = `${folder}copy/`;
const questions = `${folder}questions.jsonl`;

await installOracle();
rmSync(folder, { recursive: true, force: true });
mkdirSync(copy, { recursive: true });
for (const name of ['src', 'test', 'infra', 'package.json']) {
  cpSync(root + name, copy + name, {
    recursive: true,
    filter: (source) => !['node_modules', 'dist', '.serverless'].includes(basename(source)),
  });
}
const ask = [`${root}test/oracle/ask.py`, '--requests', requests];
if (!(await succeeds(oraclePython, ask, ['ignore', openSync(questions, 'w'), 'inherit']))) process.exit(1);
if (await isNoticed()) throw new Error('the two implementations differ without any fault');

const mutants = readMutants().filter(({ before }) => new RegExp(part).test(before));
const count = { applied: 0, failed: 0, noticed: 0 };
for (const { file, before, after } of mutants) {
  if (file === undefined) {
    console.log(`NO LONGER APPLIES: it must stand once in src: ${before}`);
    continue;
  }
  const text = readFileSync(root + file, 'utf8');
  // As a function, for the dollar signs of a text would be patterns.
  writeFileSync(
    copy + file,
    text.replace(before, () => after),
  );
  const noticed = await isNoticed();
  // Those of the folder fail soonest.
  const near = ['test/unit/*.test.ts', `test/unit/${basename(dirname(file))}/**/*.test.ts`];
  const failed = (await failsUnitTest(near)) || (await failsUnitTest(['test/unit/**/*.test.ts']));
  writeFileSync(copy + file, text);
  count.applied += 1;
  count.noticed += Number(noticed);
  count.failed += Number(failed);
  const row = [
    failed ? 'fails a unit test' : 'FAILS NO UNIT TEST',
    noticed ? 'noticed' : 'NOT NOTICED',
    file,
  ];
  console.log(`${row.join(' | ')} | ${before} | ${after}`);
}
const { applied, failed, noticed } = count;
console.log(`${mutants.length} faults: ${applied} apply, ${failed} fail a unit test, ${noticed} are noticed`);
if (failed < mutants.length || noticed < mutants.length * leastNoticed) process.exitCode = 1;

/** Whether the second implementation's answers differ, or the authorizer does not start. */
async function isNoticed(): Promise<boolean> {
  const compare = [`${copy}test/oracle/compare.ts`, '--first'];
  return !(await succeeds(process.execPath, compare, [openSync(questions, 'r'), 'ignore', 'ignore']));
}

async function succeeds(program: string, args: readonly string[], stdio: StdioOptions): Promise<boolean> {
  const [code] = await once(spawn(program, args, { stdio }), 'exit');
  return code === 0;
}

/** Runs the unit tests up to the first that fails. */
async function failsUnitTest(suites: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...suites], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!/^\s*not ok /.test(line)) continue;
    process.kill(-(child.pid as number));
    return true;
  }
  return false;
}
