import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Failure, FetchError } from '../../../src/errors.ts';
import { minute, Rig, second, settled, version } from './support/rig.ts';

const down = new FetchError('GetSecretValue', 'InternalServiceError');

suite('secret cache: Secrets Manager fails', () => {
  test('cold: every request fails, with one call in a pause', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = down;
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => rig.key()));
    assert.deepEqual(outcomes, Array(50).fill('secret_unavailable'));
    rig.now += second - 1;
    assert.equal(await rig.key(), 'secret_unavailable');
    assert.equal(rig.calls.length, 1);
  });

  test('cold: the end of the pause is the end of the failure', async () => {
    const rig = new Rig();
    rig.answers.AWSCURRENT = down;
    await rig.key();
    rig.pass(second, version('one'));
    assert.equal(await rig.key(), 'one');
  });

  test('the pauses double from a second to a minute, with a random part on top', async () => {
    const rig = new Rig();
    rig.random = 0.5;
    rig.answers.AWSCURRENT = down;
    rig.cache.prefetch();
    await settled();
    const pauses: number[] = [];
    for (let last = rig.now; pauses.length < 9; ) {
      rig.now += 250;
      await rig.key();
      if (rig.calls.length > pauses.length + 1) {
        pauses.push(rig.now - last);
        last = rig.now;
      }
    }
    assert.deepEqual(pauses, [1250, 2500, 5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  });

  test('a success makes the next pause a second again', async () => {
    const rig = new Rig();
    for (const answer of [down, down, down, version('one')]) {
      rig.pass(minute, answer);
      await rig.key();
    }
    await rig.passRequest(6 * minute, down);
    rig.now += second;
    await rig.key();
    assert.equal(rig.calls.length, 6);
  });

  test('warm: the last good secret serves, none waits, and the calls keep their pauses', async () => {
    const rig = await Rig.warm();
    rig.answers.AWSCURRENT = down;
    const keys = new Set<string>();
    for (let age = 0; age <= 60 * minute; age += 5 * second) {
      keys.add(await rig.key());
      await settled();
      rig.now += 5 * second;
    }
    assert.deepEqual([...keys], ['one']);
    // The first after 5 minutes, five within the next minute, then one a minute.
    assert.ok(rig.calls.length > 55 && rig.calls.length < 65, `${rig.calls.length} calls`);
  });

  test('warm: past the stale time every request is a failure, and the first success ends it', async () => {
    const rig = await Rig.warm();
    rig.pass(60 * minute, down);
    assert.equal(await rig.key(), 'one');
    await settled();
    assert.equal(rig.cache.state, 'stale');
    rig.now += minute;
    assert.equal(await rig.key(), 'secret_unavailable');
    assert.equal(await rig.key(), 'secret_unavailable');
    rig.pass(minute, version('two'));
    assert.deepEqual([await rig.key(), rig.cache.state], ['two', 'fresh']);
  });

  test('the observer is told of each fetch once', async () => {
    const rig = await Rig.warm();
    for (const answer of [down, version('junk'), version('two')]) {
      rig.pass(6 * minute, answer);
      await Promise.all([rig.key(), rig.key()]);
      await settled();
    }
    assert.deepEqual(rig.events, ['secret_unavailable', 'secret_invalid', 'fetched']);
  });

  const failures: [name: string, answer: Parameters<typeof fail>[0], message: string][] = [
    ['a call that fails', down, 'secret_unavailable: GetSecretValue failed with InternalServiceError'],
    [
      'a value that is not a secret',
      version('junk'),
      'secret_invalid: the value is neither base64 nor base64url',
    ],
    [
      'an unknown error, whose message may quote the value',
      version('broken'),
      'secret_unavailable: unexpected error',
    ],
    [
      'no current version at all',
      new FetchError('GetSecretValue', 'ResourceNotFoundException'),
      'secret_unavailable: GetSecretValue failed with ResourceNotFoundException',
    ],
  ];
  for (const [name, answer, message] of failures) {
    test(`the failure names what failed and no value: ${name}`, async () => {
      const failure = await fail(answer);
      assert.equal(failure.message, message);
      assert.ok(failure.cause instanceof Error);
    });
  }
});

async function fail(answer: Rig['answers']['AWSCURRENT']): Promise<Failure> {
  const rig = new Rig();
  rig.answers.AWSCURRENT = answer;
  const error = await rig.cache.current().then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure);
  return error;
}
