import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { SecretVersion } from '../../../src/keys/secretCache.ts';
import { SecretFetchError } from '../../../src/keys/secretCache.ts';
import { minute, outcome, Rig, second, settled, version } from './support/rig.ts';

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
  const ages = [
    { name: 'right after the rotation', age: 0, expected: 'one' },
    { name: 'up to the end of its grace', age: 15 * minute - 1, expected: 'one' },
    { name: 'not after it', age: 15 * minute, expected: 'none' },
    { name: 'not with a grace of 0', age: 0, grace: 0, expected: 'none' },
    { name: 'not when the creation of the current version is not known', age: undefined, expected: 'none' },
    { name: 'a creation in the future, by a clock that is ahead', age: -minute, expected: 'one' },
  ];
  for (const { name, age, grace, expected } of ages) {
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

  const noSecrets: { name: string; answer: SecretVersion | undefined }[] = [
    { name: 'a secret that was never rotated has none', answer: undefined },
    { name: 'junk counts as none', answer: version('junk') },
  ];
  for (const { name, answer } of noSecrets) {
    test(`${name}, and it is not asked for again`, async () => {
      const { rig, previous } = await rotated(0);
      rig.answers.AWSPREVIOUS = answer;
      assert.deepEqual([await previous(), await previous()], ['none', 'none']);
      assert.deepEqual(rig.asked, ['AWSPREVIOUS']);
    });
  }

  const failures = [
    { name: 'a call that fails', answer: new SecretFetchError('ThrottlingException') },
    { name: 'an unexpected error', answer: version('broken') },
  ];
  for (const { name, answer } of failures) {
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
    rig.answers.AWSPREVIOUS = new SecretFetchError('ThrottlingException');
    await previous();
    rig.answers.AWSCURRENT = version('three');
    rig.now += 5 * minute + 1;
    await rig.key();
    await settled();
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
