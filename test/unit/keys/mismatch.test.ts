import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FetchError } from '../../../src/errors.ts';
import { minute, outcome, Rig, second, settled, version } from './support/rig.ts';

const down = new FetchError('GetSecretValue', 'InternalServiceError');

/** A bad signature at this moment: the key that is current then, `refused` when it is still the same. */
async function mismatch(rig: Rig, since = rig.now): Promise<string> {
  const seen = await rig.cache.current();
  return outcome(rig.cache.refreshAfterMismatch(seen, since).then((fresh) => fresh?.key ?? 'refused'));
}

suite('secret cache: a bad signature fetches the secret afresh', () => {
  test('a rotated secret is found at once', async () => {
    const rig = await Rig.warm();
    rig.pass(second, version('two'));
    assert.equal(await mismatch(rig), 'two');
    assert.deepEqual([await rig.key(), rig.calls.length], ['two', 1]);
  });

  test('a forged token finds the same secret', async () => {
    const rig = await Rig.warm();
    rig.now += second;
    assert.equal(await mismatch(rig), 'refused');
    assert.equal(rig.calls.length, 1);
  });

  test('a flood costs two calls a minute', async () => {
    const rig = await Rig.warm();
    for (let elapsed = 0; elapsed < 3 * minute; elapsed += 500) {
      rig.now += 500;
      assert.equal(await mismatch(rig), 'refused');
    }
    assert.equal(rig.calls.length, 6);
  });

  test('all that wait share one call', async () => {
    const rig = await Rig.warm();
    rig.pass(second, 'later');
    const seen = await rig.cache.current();
    const waiting = Array.from({ length: 50 }, () => rig.cache.refreshAfterMismatch(seen, rig.now));
    await settled();
    await rig.waiting[0]?.end(version('two'));
    const keys = (await Promise.all(waiting)).map((fresh) => fresh?.key);
    assert.deepEqual([new Set(keys), rig.calls.length], [new Set(['two']), 1]);
  });

  test('a background refresh under way is waited for', async () => {
    const rig = await Rig.warm();
    rig.pass(6 * minute, 'later');
    const waiting = mismatchLater(rig);
    await settled();
    await rig.waiting[0]?.end(version('two'));
    assert.deepEqual([await waiting, rig.calls.length], ['two', 1]);
  });

  test('a background refresh that began before the request came, and found nothing new, is not enough', async () => {
    const rig = await Rig.warm();
    rig.pass(6 * minute, 'later');
    await rig.key();
    rig.now += 10;
    const waiting = mismatchLater(rig);
    await settled();
    rig.answers.AWSCURRENT = version('two');
    await rig.waiting[0]?.end(version('one'));
    assert.deepEqual([await waiting, rig.calls.length], ['two', 2]);
  });

  test('none when the secret was fetched after the request came', async () => {
    const rig = await Rig.warm();
    assert.equal(await mismatch(rig, rig.now - 1), 'refused');
    assert.equal(rig.calls.length, 0);
  });

  test('none when another request has brought a newer secret meanwhile', async () => {
    const rig = await Rig.warm();
    const seen = await rig.cache.current();
    rig.pass(second, version('two'));
    await mismatch(rig);
    const fresh = await rig.cache.refreshAfterMismatch(seen, rig.now);
    assert.deepEqual([fresh?.key, rig.calls.length], ['two', 1]);
  });

  const intervals: [name: string, after: number, calls: number][] = [
    ['none within 30 s of the last', 30 * second - 1, 1],
    ['another after 30 s', 30 * second, 2],
  ];
  for (const [name, after, calls] of intervals) {
    test(name, async () => {
      const rig = await Rig.warm();
      rig.now += second;
      await mismatch(rig);
      rig.now += after;
      await mismatch(rig);
      assert.equal(rig.calls.length, calls);
    });
  }

  test('a rotation within those 30 s is found when they are over', async () => {
    const rig = await Rig.warm();
    rig.now += second;
    await mismatch(rig);
    rig.pass(29 * second, version('two'));
    assert.equal(await mismatch(rig), 'refused');
    rig.now += second;
    assert.equal(await mismatch(rig), 'two');
  });

  test('failed fetches keep their pause', async () => {
    const rig = await Rig.warm();
    await rig.passRequest(5 * minute + 1, down);
    rig.now += second - 1;
    await mismatch(rig);
    assert.equal(rig.calls.length, 1);
  });
});

suite('secret cache: a bad signature while Secrets Manager fails', () => {
  test('the last good secret decides: a refusal', async () => {
    const rig = await Rig.warm();
    rig.pass(minute, down);
    assert.equal(await mismatch(rig), 'refused');
  });

  test('the same for all requests that wait', async () => {
    const rig = await Rig.warm();
    rig.pass(minute, 'later');
    const seen = await rig.cache.current();
    const waiting = Array.from({ length: 5 }, () =>
      rig.cache.refreshAfterMismatch(seen, rig.now).then(
        () => 'refused',
        ({ code }) => code,
      ),
    );
    await settled();
    await rig.waiting[0]?.end(down);
    assert.deepEqual([new Set(await Promise.all(waiting)), rig.calls.length], [new Set(['refused']), 1]);
  });

  test('the same in the pause, and until a call succeeds', async () => {
    const rig = await Rig.warm();
    rig.pass(minute, down);
    const found: string[] = [];
    for (let elapsed = 0; elapsed < 40 * second; elapsed += 500) {
      found.push(await mismatch(rig));
      rig.now += 500;
    }
    assert.deepEqual(new Set(found), new Set(['refused']));
    assert.equal(rig.calls.length, 2);
  });

  test('and after the first success', async () => {
    const rig = await Rig.warm();
    rig.pass(minute, down);
    await mismatch(rig);
    rig.pass(30 * second, version('one'));
    assert.equal(await mismatch(rig), 'refused');
    rig.now += second;
    assert.equal(await mismatch(rig), 'refused');
  });

  test('a request whose secret was fetched after it came is refused all the same', async () => {
    const rig = await Rig.warm();
    const since = rig.now - 1;
    await rig.passRequest(6 * minute, down);
    assert.equal(await mismatch(rig, since), 'refused');
  });
});

async function mismatchLater(rig: Rig): Promise<string> {
  const seen = await rig.cache.current();
  return (await rig.cache.refreshAfterMismatch(seen, rig.now))?.key ?? 'refused';
}
