import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FetchError } from '../../../src/errors.ts';
import type { SecretVersion } from '../../../src/keys/secretCache.ts';
import { type Answer, minute, outcome, Rig, second, settled, version } from './support/rig.ts';

/** A cache with a version that was made `age` ago, and what it has as the one before. */
async function rotated(age: number | undefined, previousGrace = 15 * minute) {
  const createdAt = age === undefined ? undefined : new Rig().now - age;
  const rig = await Rig.warm({ previousGrace }, { ...version('two'), createdAt });
  rig.answers.AWSPREVIOUS = version('one');
  return { rig, previous: () => previousOf(rig) };
}

async function previousOf(rig: Rig): Promise<string | undefined> {
  return outcome(
    rig.cache.current().then(async (current) => (await rig.cache.previousOf(current))?.key ?? 'none'),
  );
}

suite('secret cache: the previous version', () => {
  const ages: [name: string, age: number | undefined, expected: string, grace?: number][] = [
    ['right after the rotation', 0, 'one'],
    ['up to the end of its grace', 15 * minute - 1, 'one'],
    ['not after it', 15 * minute, 'none'],
    ['not with a grace of 0', 0, 'none', 0],
    ['not when the creation of the current version is not known', undefined, 'none'],
    ['a creation in the future, by a clock that is ahead', -minute, 'one'],
  ];
  for (const [name, age, expected, grace] of ages) {
    test(`the grace counts from the current version's creation: ${name}`, async () => {
      const { rig, previous } = await rotated(age, grace);
      assert.equal(await previous(), expected);
      assert.deepEqual(rig.asked, expected === 'none' ? [] : ['AWSPREVIOUS']);
    });
  }

  test('the grace ends while the version is cached', async () => {
    const { rig, previous } = await rotated(14 * minute);
    assert.equal(await previous(), 'one');
    rig.now += minute;
    assert.equal(await previous(), 'none');
  });

  test('one call for all that wait, and none after it', async () => {
    const { rig, previous } = await rotated(0);
    rig.answers.AWSPREVIOUS = 'later';
    const waiting = Array.from({ length: 20 }, () =>
      rig.cache.current().then((c) => rig.cache.previousOf(c)),
    );
    await settled();
    await rig.waiting[0]?.end(version('one'));
    assert.deepEqual(new Set((await Promise.all(waiting)).map((secret) => secret?.key)), new Set(['one']));
    await previous();
    assert.deepEqual(rig.asked, ['AWSPREVIOUS']);
  });

  const noSecrets: [name: string, answer: SecretVersion | undefined][] = [
    ['a secret that was never rotated has none', undefined],
    ['junk counts as none', version('junk')],
  ];
  for (const [name, answer] of noSecrets) {
    test(`${name}, and it is not asked for again`, async () => {
      const { rig, previous } = await rotated(0);
      rig.answers.AWSPREVIOUS = answer;
      assert.deepEqual([await previous(), await previous()], ['none', 'none']);
      assert.deepEqual(rig.asked, ['AWSPREVIOUS']);
    });
  }

  const failures: [name: string, answer: Answer][] = [
    ['a call that fails', new FetchError('GetSecretValue', 'ThrottlingException')],
    ['an unexpected error', version('broken')],
  ];
  for (const [name, answer] of failures) {
    test(`unavailable is a failure and no refusal: ${name}; after the pause it is asked for again`, async () => {
      const { rig, previous } = await rotated(0);
      rig.answers.AWSPREVIOUS = answer;
      assert.deepEqual([await previous(), await previous()], ['secret_unavailable', 'secret_unavailable']);
      assert.equal(rig.calls.length, 1);
      rig.answers.AWSPREVIOUS = version('one');
      rig.now += second;
      assert.equal(await previous(), 'one');
    });
  }

  test('its failure does not stop the current secret from being fetched', async () => {
    const { rig, previous } = await rotated(0);
    rig.answers.AWSPREVIOUS = new FetchError('GetSecretValue', 'ThrottlingException');
    await previous();
    await rig.passRequest(5 * minute + 1, version('three'));
    assert.equal(await rig.key(), 'three');
  });

  test('after the next rotation it is fetched anew', async () => {
    const { rig, previous } = await rotated(0);
    await previous();
    rig.answers.AWSPREVIOUS = version('two');
    rig.answers.AWSCURRENT = version('three', rig.now);
    const seen = await rig.cache.current();
    rig.now += second;
    await rig.cache.refreshAfterMismatch(seen, rig.now);
    assert.equal(await previous(), 'two');
  });

  test('a call from before the next rotation does not count as the version before it', async () => {
    const { rig } = await rotated(0);
    const seen = await rig.cache.current();
    rig.answers.AWSPREVIOUS = 'later';
    const early = rig.cache.previousOf(seen);
    // Meanwhile the secret is rotated: two is the version before three now.
    rig.now += second;
    rig.answers.AWSCURRENT = version('three', rig.now);
    await rig.cache.refreshAfterMismatch(seen, rig.now);
    const late = previousOf(rig);
    rig.answers.AWSPREVIOUS = version('two');
    await rig.waiting[0]?.end(version('one'));
    await Promise.all([early, late]);
    assert.equal(await previousOf(rig), 'two');
  });
});
