import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readMutants } from '../oracle/readMutants.ts';
import { runTool } from './runTool.ts';
import { oraclePython, root } from './tools.ts';

const requests = 10_000;

suite('the second implementation, in Python', () => {
  test(`gives the same answers to ${requests} requests`, async (context) => {
    const pipe = '"$1" test/oracle/ask.py --requests "$2" | "$3" test/oracle/compare.ts';
    const args = ['-o', 'pipefail', '-c', pipe, 'bash', oraclePython, `${requests}`, process.execPath];
    const { stdout } = await runTool('bash', args, { cwd: root });
    context.diagnostic(stdout.trimEnd().split('\n').slice(-60).join('\n'));
    assert.match(stdout, new RegExp(`^${requests} passed, 0 failed$`, 'm'));
  });

  test('60 faults of `npm run mutants` still apply', () => {
    const mutants = readMutants();
    assert.deepEqual(
      mutants.filter(({ file }) => file === undefined).map(({ before }) => before),
      [],
    );
    assert.equal(mutants.length, 60);
  });
});
