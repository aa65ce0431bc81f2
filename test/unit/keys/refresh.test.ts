import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { minute, outcome, Rig, second, settled, version } from './support/rig.ts';

suite('secret cache: the first fetch, and the refresh in the background', () => {
  test('two hundred cold requests make one call, and wait for it', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = 'later';
    const requests = Array.from({ length: 200 }, () => rig.key());
    assert.deepEqual(await Promise.all(requests), Array(200).fill('waiting'));
    assert.equal(rig.calls.length, 1);
    const late = rig.cache.current();
    await rig.waiting[0]?.end(version('one'));
    assert.equal((await late).key, 'one');
    assert.equal(rig.calls.length, 1);
  });

  test('a prefetch is the call that the first request waits for', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = 'later';
    rig.cache.prefetch();
    const request = rig.cache.current();
    await rig.waiting[0]?.end(version('one'));
    assert.equal((await request).key, 'one');
    assert.equal(rig.calls.length, 1);
  });

  test('the failure of a prefetch is kept for the first request, and is not an unhandled rejection', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = new Error('down');
    rig.cache.prefetch();
    await settled();
    assert.equal(await rig.key(), 'secret_unavailable');
    assert.equal(rig.calls.length, 1);
  });

  const ages: [name: string, age: number, calls: number][] = [
    ['a secret as old as its TTL is still fresh', 5 * minute, 0],
    ['a millisecond later it is fetched again', 5 * minute + 1, 1],
    ['the same at the end of its stale time', 60 * minute, 1],
  ];
  for (const [name, age, calls] of ages) {
    test(`${name}, and no request waits`, async () => {
      const rig = await Rig.warm();
      rig.pass(age, 'later');
      assert.deepEqual(await Promise.all([rig.key(), rig.key(), rig.key()]), ['one', 'one', 'one']);
      assert.equal(rig.calls.length, calls);
    });
  }

  test('a secret is fresh, then due, and expires after its stale time', async () => {
    const rig = new Rig();
    assert.equal(rig.cache.state, 'absent');
    await rig.cache.current();
    assert.equal(rig.cache.state, 'fresh');
    rig.now += 60 * minute;
    assert.equal(rig.cache.state, 'due');
    rig.now += 1;
    assert.equal(rig.cache.state, 'expired');
  });

  test('what the background fetched serves from then on, with its own full TTL', async () => {
    const rig = await Rig.warm();
    rig.pass(6 * minute, version('two'));
    assert.equal(await rig.key(), 'one');
    await settled();
    assert.equal(await rig.key(), 'two');
    rig.now += 5 * minute;
    assert.equal(await rig.key(), 'two');
    assert.equal(rig.calls.length, 1);
  });

  test('its age counts from the start of the call, not from the answer', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = 'later';
    const request = rig.cache.current();
    rig.now += 2 * second;
    await rig.waiting[0]?.end(version('one'));
    await request;
    rig.now += 5 * minute - second;
    await rig.key();
    assert.equal(rig.calls.length, 2);
  });

  test('the same version again is not parsed again, and stays the same object', async () => {
    const rig = await Rig.warm();
    const first = await rig.cache.current();
    await rig.passRequest(6 * minute);
    assert.equal(await rig.cache.current(), first);
    assert.deepEqual([rig.parsed, rig.calls.length], [['one'], 1]);
  });

  test('the same version with another value is parsed', async () => {
    const rig = await Rig.warm();
    await rig.passRequest(6 * minute, { ...version('two'), versionId: 'id of one' });
    assert.equal(await rig.key(), 'two');
  });

  const lives: [name: string, ttl: number, maxStale: number, age: number, expected: string][] = [
    ['a TTL of 0', 0, 0, 1, 'waiting'],
    ['a stale time below the TTL counts as the TTL', minute, 0, minute, 'one'],
    ['and past it a request waits', minute, 0, minute + 1, 'waiting'],
    ['a TTL of 0 with a stale time', 0, minute, 1, 'one'],
  ];
  for (const [name, ttl, maxStale, age, expected] of lives) {
    test(name, async () => {
      const rig = await Rig.warm({ ttl, maxStale });
      rig.pass(age, 'later');
      assert.equal(await outcome(rig.cache.current().then(({ key }) => key)), expected);
    });
  }
});
