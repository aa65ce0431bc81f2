import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Call } from '../../../src/keys/call.ts';

/** A call that the test ends, under a clock that the test moves. */
function callUnder(time: { now: number }) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let signal: AbortSignal | undefined;
  const clocks = { wall: () => time.now, steady: () => time.now };
  const call = new Call(clocks, (started) =>
    started.fetch({
      call: 'GetSecretValue',
      timeout: 2000,
      fetch(given) {
        signal = given;
        return promise;
      },
    }),
  );
  return { call, resolve, reject, isAborted: () => signal?.aborted };
}

suite('a call to a source', () => {
  test('without an end is ended after its time limit, and told to give its connection up', async ({
    mock,
  }) => {
    mock.timers.enable({ apis: ['setInterval'] });
    const time = { now: 0 };
    const { call, isAborted } = callUnder(time);
    mock.timers.tick(1900);
    assert.equal(isAborted(), false);
    mock.timers.tick(100);
    time.now = 2000;
    await assert.rejects(call.result, {
      name: 'FetchError',
      message: 'GetSecretValue failed with TimeoutError',
    });
    assert.deepEqual([isAborted(), call.wasFrozen], [true, false]);
  });

  test('that ends in time leaves no timer, and stays what it was', async ({ mock }) => {
    mock.timers.enable({ apis: ['setInterval'] });
    const time = { now: 0 };
    const { call, resolve, isAborted } = callUnder(time);
    resolve('value');
    assert.equal(await call.result, 'value');
    time.now = 60_000;
    mock.timers.tick(60_000);
    assert.deepEqual([isAborted(), call.wasFrozen, call.isLeftOver], [false, false, false]);
  });

  test('is not ended by the time of a freeze', async ({ mock }) => {
    mock.timers.enable({ apis: ['setInterval'] });
    const time = { now: 0 };
    const { call, resolve } = callUnder(time);
    mock.timers.tick(1000);
    time.now = 600_000;
    mock.timers.tick(100);
    assert.deepEqual([call.wasFrozen, call.isLeftOver], [true, true]);
    resolve('value');
    assert.equal(await call.result, 'value');
  });

  for (const { name, passed, wasFrozen } of [
    { name: 'a slow process', passed: 2400, wasFrozen: false },
    { name: 'a frozen process', passed: 2401, wasFrozen: true },
  ]) {
    test(`that fails shows ${name}`, async ({ mock }) => {
      mock.timers.enable({ apis: ['setInterval'] });
      const time = { now: 0 };
      const { call, reject } = callUnder(time);
      mock.timers.tick(1900);
      time.now = passed;
      reject(new Error('ECONNRESET'));
      await assert.rejects(call.result, { message: 'ECONNRESET' });
      time.now = 60_000;
      assert.equal(call.wasFrozen, wasFrozen);
    });
  }
});
