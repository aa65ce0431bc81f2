import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FetchError } from '../../../src/errors.ts';
import { type VersionStage, verifyWithSecret } from '../../../src/keys/secretCache.ts';
import { minute, outcome, Rig, second, version } from './support/rig.ts';

const down = new FetchError('GetSecretValue', 'InternalServiceError');

/** Which version accepts a token of this signer, `refused`, or the failure's code. A token has no other property here. */
function accepts(rig: Rig, signer: string): Promise<string> {
  const verifies = async (key: string) => key === signer;
  return outcome(verifyWithSecret(rig.cache, verifies, rig.now).then((by) => by ?? 'refused'));
}

/** A cache that knows `one`, while Secrets Manager has already `two` with `one` before it. */
async function justRotated(): Promise<Rig> {
  const rig = await Rig.warm();
  rig.now += minute;
  rig.answers.AWSCURRENT = version('two', rig.now - second);
  rig.answers.AWSPREVIOUS = version('one');
  return rig;
}

suite('a signature against the versions of a secret', () => {
  test('the current secret is one look at the cache', async () => {
    const rig = await Rig.warm();
    assert.equal(await accepts(rig, 'one'), 'current');
    assert.deepEqual(rig.asked, []);
  });

  test('a rotation loses no token, whichever comes first', async () => {
    for (const signers of [
      ['one', 'two'],
      ['two', 'one'],
    ]) {
      const rig = await justRotated();
      for (const signer of [...signers, ...signers]) {
        assert.notEqual(await accepts(rig, signer), 'refused', `${signer} of ${signers}`);
      }
      assert.equal(await accepts(rig, 'two'), 'current');
      assert.equal(await accepts(rig, 'one'), 'previous');
    }
  });

  test('a token of the version before the fetched one passes with the fetch that found it', async () => {
    const rig = await Rig.warm();
    rig.now += minute;
    rig.answers.AWSCURRENT = version('three', rig.now);
    rig.answers.AWSPREVIOUS = version('two');
    assert.equal(await accepts(rig, 'two'), 'previous');
    assert.deepEqual(rig.asked, ['AWSCURRENT', 'AWSPREVIOUS']);
  });

  test('a forged token is tried with every version, and refused', async () => {
    const rig = await justRotated();
    assert.equal(await accepts(rig, 'forger'), 'refused');
    assert.deepEqual(rig.asked, ['AWSCURRENT', 'AWSPREVIOUS']);
  });

  test('a forged token without a rotation is refused after one fetch', async () => {
    const rig = await Rig.warm();
    rig.now += minute;
    assert.equal(await accepts(rig, 'forger'), 'refused');
    assert.deepEqual(rig.asked, ['AWSCURRENT']);
  });

  test('a secret of two rotations ago is refused', async () => {
    const rig = await justRotated();
    await accepts(rig, 'two');
    rig.now += minute;
    rig.answers.AWSCURRENT = version('three', rig.now);
    rig.answers.AWSPREVIOUS = version('two');
    assert.equal(await accepts(rig, 'one'), 'refused');
    assert.equal(await accepts(rig, 'three'), 'current');
    assert.equal(await accepts(rig, 'two'), 'previous');
  });

  test('an unavailable previous version does not hide a second rotation', async () => {
    const rig = await justRotated();
    assert.equal(await accepts(rig, 'two'), 'current');
    rig.answers.AWSPREVIOUS = down;
    rig.now += minute;
    assert.equal(await accepts(rig, 'one'), 'secret_unavailable');
    rig.now += minute;
    rig.answers.AWSCURRENT = version('three', rig.now);
    assert.equal(await accepts(rig, 'three'), 'current');
  });

  const failures: [name: string, stage: VersionStage, signer: string, expected: string][] = [
    ['the secret, for a token of the secret in the cache', 'AWSCURRENT', 'one', 'current'],
    ['the secret, for a token of another: the last good one decides', 'AWSCURRENT', 'two', 'refused'],
    ['the previous version, for a token of the new secret', 'AWSPREVIOUS', 'two', 'current'],
    ['the previous version, for a token of neither', 'AWSPREVIOUS', 'forger', 'secret_unavailable'],
  ];
  for (const [name, stage, signer, expected] of failures) {
    test(`unavailable: ${name}`, async () => {
      const rig = await justRotated();
      rig.answers[stage] = down;
      assert.equal(await accepts(rig, signer), expected);
    });
  }
});
