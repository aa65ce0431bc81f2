import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FetchError } from '../../../src/errors.ts';
import { minute, outcome, Rig, second, settled, version } from './support/rig.ts';

const reset = new FetchError('GetSecretValue', 'ECONNRESET');

/** A cache whose background refresh was under way when Lambda froze the environment for ten minutes. */
async function thawed() {
  const rig = await Rig.warm();
  rig.pass(6 * minute, 'later');
  await rig.key();
  rig.now += 10 * minute;
  const [leftOver] = rig.waiting;
  assert.ok(leftOver);
  return { rig, leftOver };
}

suite('secret cache: a call left over from before a freeze', () => {
  test('does not stop the next request from starting a new one', async () => {
    const { rig } = await thawed();
    rig.answers.AWSCURRENT = version('two');
    assert.equal(await rig.key(), 'one');
    await settled();
    assert.deepEqual([await rig.key(), rig.calls.length], ['two', 2]);
  });

  test('sets no pause when it fails, and the observer is not told', async () => {
    const { rig, leftOver } = await thawed();
    await leftOver.end(reset);
    rig.answers.AWSCURRENT = version('two');
    await rig.key();
    await settled();
    assert.deepEqual([await rig.key(), rig.events], ['two', ['fetched']]);
  });

  test('does not replace what a newer call has brought', async () => {
    const { rig, leftOver } = await thawed();
    rig.answers.AWSCURRENT = version('two');
    await rig.key();
    await settled();
    await leftOver.end(version('one'));
    assert.equal(await rig.key(), 'two');
  });

  test('is good enough when nothing newer is there', async () => {
    const { rig, leftOver } = await thawed();
    await leftOver.end(version('two'));
    assert.equal(await rig.key(), 'two');
  });

  test('does not end the newer call that is under way', async () => {
    const { rig, leftOver } = await thawed();
    await rig.key();
    await leftOver.end(reset);
    await rig.key();
    assert.equal(rig.calls.length, 2);
  });

  test('is not waited for after a bad signature', async () => {
    const { rig } = await thawed();
    const seen = await rig.cache.current();
    rig.answers.AWSCURRENT = version('two');
    await rig.waiting[1]?.end(version('one'));
    const fresh = rig.cache.refreshAfterMismatch(seen, rig.now + 1);
    assert.equal(await outcome(fresh.then((secret) => secret?.key ?? 'refused')), 'two');
  });

  const prefetches = [
    { name: 'fails before the first request comes', endsFirst: true },
    { name: 'fails after the first request came', endsFirst: false },
  ];
  for (const { name, endsFirst } of prefetches) {
    test(`of the initialisation, that ${name}: the request makes its own call`, async () => {
      const rig = new Rig();
      rig.answers.AWSCURRENT = 'later';
      rig.cache.prefetch();
      rig.now += 10 * minute;
      if (endsFirst) await rig.waiting[0]?.end(reset);
      rig.answers.AWSCURRENT = version('one');
      const request = rig.cache.current();
      if (!endsFirst) await rig.waiting[0]?.end(reset);
      assert.equal((await request).key, 'one');
      assert.equal(rig.calls.length, 2);
    });
  }

  test('requests that wait for it across the freeze are given a new call, one for all', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = 'later';
    rig.cache.prefetch();
    const requests = Array.from({ length: 10 }, () => rig.key());
    await settled();
    rig.pass(minute, version('one'));
    const again = Array.from({ length: 10 }, () => rig.key());
    await rig.waiting[0]?.end(reset);
    assert.deepEqual(new Set(await Promise.all(again)), new Set(['one']));
    assert.deepEqual(new Set(await Promise.all(requests)), new Set(['waiting']));
    assert.equal(rig.calls.length, 2);
  });

  const shortly = 3 * second;

  test('for a short time: its failure sets no pause, and the observer is not told', async () => {
    const rig = await Rig.warm();
    rig.pass(6 * minute, 'later');
    await rig.key();
    rig.now += shortly;
    await rig.waiting[0]?.end(reset);
    rig.answers.AWSCURRENT = version('two');
    await rig.key();
    await settled();
    assert.deepEqual([await rig.key(), rig.events], ['two', ['fetched']]);
  });

  test('for a short time: a token of the new secret gets its own call', async () => {
    const rig = await Rig.warm();
    rig.pass(6 * minute, 'later');
    const seen = await rig.cache.current();
    rig.now += shortly;
    const fresh = rig.cache.refreshAfterMismatch(seen, rig.now);
    rig.answers.AWSCURRENT = version('two');
    await rig.waiting[0]?.end(reset);
    assert.equal(await outcome(fresh.then((secret) => secret?.key ?? 'refused')), 'two');
  });

  test('for a short time, at the start: the first request waits for it, then makes its own call', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = 'later';
    rig.cache.prefetch();
    rig.now += shortly;
    const request = rig.cache.current();
    rig.answers.AWSCURRENT = version('one');
    await rig.waiting[0]?.end(reset);
    assert.equal((await request).key, 'one');
    assert.deepEqual(rig.events, ['fetched']);
  });

  const calls: [name: string, duration: number, expected: unknown[]][] = [
    ['a call frozen for 5 s is waited for', 5 * second, ['waiting', 1]],
    ['a call frozen for longer is not', 5 * second + 1, ['one', 2]],
  ];
  for (const [name, duration, expected] of calls) {
    test(name, async () => {
      const rig = new Rig();
      rig.answers.AWSCURRENT = 'later';
      rig.cache.prefetch();
      rig.pass(duration, version('one'));
      assert.deepEqual([await rig.key(), rig.calls.length], expected);
    });
  }
});
