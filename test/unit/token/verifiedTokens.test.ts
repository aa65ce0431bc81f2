import assert from 'node:assert/strict';
import type { webcrypto } from 'node:crypto';
import { suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { tokenBinding } from '../../../infra/tools/approov/mint.ts';
import { VerifiedTokens } from '../../../src/token/signature.ts';
import { eventOf, sent } from '../../cases/eventOf.ts';
import { versionOf } from '../../support/secrets.ts';
import {
  decisionOf,
  effectOf,
  harness,
  minted,
  now,
  otherSecret,
  secret,
  verdictOf,
} from '../support/harness.ts';

const event = (token: string, others = {}) => eventOf.rest(sent(token, others));

suite('a token verified before', () => {
  test('is verified again by a rotated secret, and refused', async () => {
    let current = versionOf(secret, 'v1');
    const time = { now };
    const { answer } = harness({ APPROOV_SECRET_TTL_SECONDS: '10' }, { source: async () => current, time });
    const token = minted();
    assert.equal(effectOf(await answer(event(token))), 'Allow');
    current = versionOf(otherSecret, 'v2');
    time.now += 11;
    assert.equal(effectOf(await answer(event(token))), 'Allow', 'the refresh runs in the background');
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    assert.equal(verdictOf(await answer(event(token))), 'signature_mismatch');
  });

  test('is refused when its time is over', async () => {
    const time = { now };
    const { answer } = harness({}, { time });
    const token = minted({ exp: now + 10 });
    assert.equal(effectOf(await answer(event(token))), 'Allow');
    time.now += 10;
    assert.equal(verdictOf(await answer(event(token))), 'token_expired');
  });

  test('is refused with another value of the header that it is bound to', async () => {
    const { answer } = harness({ APPROOV_BINDING_HEADERS: 'Authorization' });
    const token = minted({ pay: tokenBinding('a') });
    assert.equal(effectOf(await answer(event(token, { Authorization: 'a' }))), 'Allow');
    assert.equal(verdictOf(await answer(event(token, { Authorization: 'b' }))), 'binding_mismatch');
  });

  test('is still known after a flood of others, or verified anew: the answer is the same', async () => {
    const { answer } = harness();
    const tokens = Array.from({ length: 1100 }, (_, index) => minted({ did: `device ${index}` }));
    for (const token of [...tokens, ...tokens]) assert.equal(effectOf(await answer(event(token))), 'Allow');
  });

  test('does not make a forged token with the same claims pass', async () => {
    const { answer } = harness();
    assert.equal(effectOf(await answer(event(minted()))), 'Allow');
    for (let time = 0; time < 2; time += 1) {
      assert.equal(verdictOf(await answer(event(minted({}, otherSecret)))), 'signature_mismatch');
    }
  });

  test('is neither parsed nor verified again with the same key', async ({ mock }) => {
    const { answer } = harness();
    const token = minted({ aud: ['a', 'b'] });
    const first = await answer(event(token));
    const verify = mock.method(crypto.subtle, 'verify');
    const parse = mock.method(JSON, 'parse');
    const again = await answer(event(token));
    // The harness parses the log line.
    assert.deepEqual([verify.mock.callCount(), parse.mock.callCount()], [0, 1]);
    assert.deepEqual(again.response, first.response);
  });

  test('is verified with each secret by itself: the previous one does not stand for the current one', async () => {
    const time = { now };
    const versions = {
      AWSCURRENT: versionOf(secret, 'current', now * 1000),
      AWSPREVIOUS: versionOf(otherSecret, 'previous', now * 1000),
    };
    const { answer } = harness({}, { source: async (stage) => versions[stage], time });
    const tokens = [otherSecret, secret].map((key) => minted({ exp: now + 3000 }, key));
    const verifiedBy = async () => {
      const found: unknown[] = [];
      for (const token of [...tokens, ...tokens]) {
        const decision = decisionOf(await answer(event(token)));
        found.push(decision?.secretVersion ?? decision?.reason);
      }
      return found;
    };
    assert.deepEqual(await verifiedBy(), ['previous', 'current', 'previous', 'current']);
    time.now += 900;
    assert.deepEqual(await verifiedBy(), ['signature_mismatch', 'current', 'signature_mismatch', 'current']);
  });
});

test('the memory of verified tokens holds the last thousand at most, and the last half thousand at least', () => {
  const key = {} as webcrypto.CryptoKey;
  const tokens = new VerifiedTokens<{ key: webcrypto.CryptoKey; index: number }>();
  const all = Array.from({ length: 10_000 }, (_, index) => index);
  for (const index of all) tokens.set(`digest ${index}`, { key, index });
  const known = all
    .map((index) => tokens.get(`digest ${index}`)?.index)
    .filter((index) => index !== undefined);
  assert.ok(known.length >= 500 && known.length <= 1000, `${known.length}`);
  assert.deepEqual(known, all.slice(-known.length));
});
