import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { runTool } from './runTool.ts';
import { oraclePython, root } from './tools.ts';

const requests = 10_000;

suite('the second implementation, in Python', () => {
  test(`gives the same answers to ${requests} requests`, async (context) => {
    const compare = `${root}test/oracle/compare.py`;
    const { stdout } = await runTool(oraclePython, [compare, process.execPath, '--requests', `${requests}`]);
    context.diagnostic(stdout.trimEnd().split('\n').slice(-60).join('\n'));
    assert.match(stdout, new RegExp(`^${requests} passed, 0 failed$`, 'm'));
  });
});
