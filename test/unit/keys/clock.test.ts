import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FetchError } from '../../../src/errors.ts';
import { minute, outcome, Rig, second, settled, version } from './support/rig.ts';

const hour = 60 * minute;

suite('secret cache: a wall clock that is set back by an hour', () => {
  test('is noticed: the secret is fetched again at once, and no request waits', async () => {
    const rig = await Rig.warm();
    rig.answers.AWSCURRENT = version('two');
    rig.setBack = hour;
    rig.now += second;
    assert.equal(rig.cache.state, 'due');
    assert.equal(await rig.key(), 'one');
    await settled();
    assert.deepEqual([await rig.key(), rig.cache.state, rig.calls.length], ['two', 'fresh', 1]);
  });

  test('does not keep a rotation unseen after the refresh', async () => {
    const rig = await Rig.warm();
    rig.setBack = hour;
    await rig.passRequest(second);
    await rig.passRequest(5 * minute + 1, version('two'));
    assert.equal(await rig.key(), 'two');
  });

  test('does not make a secret serve longer while fetching fails', async () => {
    const rig = await Rig.warm();
    rig.answers.AWSCURRENT = new FetchError('GetSecretValue', 'InternalServiceError');
    rig.setBack = hour;
    rig.now += hour;
    assert.equal(await rig.key(), 'one');
    await settled();
    rig.now += 1;
    assert.deepEqual([rig.cache.state, await rig.key()], ['expired', 'secret_unavailable']);
  });

  test('does not make the pause after a failure longer', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = new FetchError('GetSecretValue', 'InternalServiceError');
    assert.equal(await rig.key(), 'secret_unavailable');
    rig.setBack = hour;
    rig.pass(second, version('one'));
    assert.equal(await rig.key(), 'one');
  });

  test('does not put off the next fetch after a bad signature', async () => {
    const rig = await Rig.warm();
    const mismatch = async () => {
      rig.now += 30 * second;
      const seen = await rig.cache.current();
      return outcome(rig.cache.refreshAfterMismatch(seen, rig.now).then((fresh) => fresh?.key ?? 'refused'));
    };
    assert.equal(await mismatch(), 'refused');
    rig.setBack = hour;
    rig.answers.AWSCURRENT = version('two');
    assert.equal(await mismatch(), 'two');
  });

  test('does not make a call under way look frozen, or young', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = 'later';
    rig.cache.prefetch();
    rig.setBack = hour;
    assert.deepEqual([await rig.key(), rig.calls.length], ['waiting', 1]);
    rig.pass(minute, version('one'));
    assert.deepEqual([await rig.key(), rig.calls.length], ['one', 2]);
  });

  test('does not make the grace of the previous version longer', async () => {
    const rig = await Rig.warm({}, version('two', new Rig().now));
    rig.answers.AWSPREVIOUS = version('one');
    rig.setBack = hour;
    const previous = async () => (await rig.cache.previousOf(await rig.cache.current()))?.key;
    rig.now += 15 * minute - 1;
    assert.equal(await previous(), 'one');
    rig.now += 1;
    assert.equal(await previous(), undefined);
  });
});

suite('secret cache: a steady clock that stands still while the environment is frozen', () => {
  test('does not make the secret look fresh: the wall clock counts', async () => {
    const rig = await Rig.warm();
    // A freeze of ten minutes that the wall clock alone has seen.
    rig.setBack = -10 * minute;
    rig.answers.AWSCURRENT = version('two');
    await rig.key();
    await settled();
    assert.equal(await rig.key(), 'two');
  });
});
