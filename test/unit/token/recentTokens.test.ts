import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RecentTokens } from '../../../src/token/signature.ts';

suite('what is remembered of verified tokens', () => {
  test('is the last thousand at most, and the last half thousand at least', () => {
    const tokens = new RecentTokens<number>();
    for (let index = 0; index < 10_000; index += 1) tokens.set(`digest ${index}`, index);
    const known = Array.from({ length: 10_000 }, (_, index) => tokens.get(`digest ${index}`)).filter(
      (value) => value !== undefined,
    );
    assert.ok(known.length >= 500 && known.length <= 1000, `${known.length}`);
    assert.deepEqual(
      known,
      Array.from({ length: known.length }, (_, index) => 10_000 - known.length + index),
    );
  });
});
