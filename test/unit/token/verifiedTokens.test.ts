import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import type { webcrypto } from 'node:crypto';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { mintToken, tokenBinding } from '../../../infra/tools/approov/mint.ts';
import type { SecretVersion } from '../../../src/keys/secretCache.ts';
import { VerifiedTokens } from '../../../src/token/signature.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { decisionOf, effectOf, harness, now, secret } from '../support/harness.ts';

const rotated = Buffer.alloc(64, 'the secret after its rotation');
const version = (key: Buffer, versionId: string): SecretVersion => ({
  text: key.toString('base64'),
  versionId,
  createdAt: 0,
});
const event = (token: string, ...more: [string, string][]) =>
  eventOf.rest([['Approov-Token', token], ...more]);

suite('a token verified before', () => {
  test('is verified again by a rotated secret, and refused', async () => {
    let current = version(secret, 'v1');
    let time = now * 1000;
    const { answer } = harness(
      { APPROOV_SECRET_TTL_SECONDS: '10' },
      async () => current,
      () => time,
    );
    const token = mintToken({ claims: { exp: now + 300 }, key: secret });
    assert.equal(effectOf(await answer(event(token))), 'Allow');
    current = version(rotated, 'v2');
    time += 11_000;
    assert.equal(effectOf(await answer(event(token))), 'Allow', 'the refresh runs in the background');
    await sleep(20);
    assert.equal(decisionOf(await answer(event(token)))?.reason, 'signature_mismatch');
  });

  test('is refused when its time is over', async () => {
    let time = now * 1000;
    const { answer } = harness({}, undefined, () => time);
    const token = mintToken({ claims: { exp: now + 10 }, key: secret });
    assert.equal(effectOf(await answer(event(token))), 'Allow');
    time += 10_000;
    assert.equal(decisionOf(await answer(event(token)))?.reason, 'token_expired');
  });

  test('is refused with another value of the header that it is bound to', async () => {
    const { answer } = harness({ APPROOV_BINDING_HEADERS: 'Authorization' });
    const token = mintToken({ claims: { exp: now + 300, pay: tokenBinding('a') }, key: secret });
    assert.equal(effectOf(await answer(event(token, ['Authorization', 'a']))), 'Allow');
    assert.equal(decisionOf(await answer(event(token, ['Authorization', 'b'])))?.reason, 'binding_mismatch');
  });

  test('is still known after a flood of others, or verified anew: the answer is the same', async () => {
    const { answer } = harness();
    const tokens = Array.from({ length: 2500 }, (_, index) =>
      mintToken({ claims: { exp: now + 300, did: `device ${index}` }, key: secret }),
    );
    for (const token of [...tokens, ...tokens]) assert.equal(effectOf(await answer(event(token))), 'Allow');
  });

  test('does not make a forged token with the same claims pass', async () => {
    const { answer } = harness();
    const claims = { exp: now + 300 };
    assert.equal(effectOf(await answer(event(mintToken({ claims, key: secret })))), 'Allow');
    for (let time = 0; time < 2; time += 1) {
      const forged = await answer(event(mintToken({ claims, key: rotated })));
      assert.equal(decisionOf(forged)?.reason, 'signature_mismatch');
    }
  });

  test('is neither parsed nor verified again with the same key', async ({ mock }) => {
    const { answer } = harness();
    const token = mintToken({ claims: { exp: now + 300, aud: ['a', 'b'] }, key: secret });
    const first = await answer(event(token));
    const verify = mock.method(crypto.subtle, 'verify');
    const parse = mock.method(JSON, 'parse');
    const again = await answer(event(token));
    // The harness parses the log line.
    assert.deepEqual([verify.mock.callCount(), parse.mock.callCount()], [0, 1]);
    assert.deepEqual(again.response, first.response);
  });

  test('is verified with each secret by itself: the previous one does not stand for the current one', async () => {
    let time = now * 1000;
    const { answer } = harness(
      {},
      async (stage) => ({
        ...version(stage === 'AWSCURRENT' ? secret : rotated, stage),
        createdAt: now * 1000,
      }),
      () => time,
    );
    const tokens = [rotated, secret].map((key) => mintToken({ claims: { exp: now + 3000 }, key }));
    const versions = async () => {
      const found: unknown[] = [];
      for (const token of [...tokens, ...tokens]) {
        const decision = decisionOf(await answer(event(token)));
        found.push(decision?.secretVersion ?? decision?.reason);
      }
      return found;
    };
    assert.deepEqual(await versions(), ['previous', 'current', 'previous', 'current']);
    time += 900_000;
    assert.deepEqual(await versions(), ['signature_mismatch', 'current', 'signature_mismatch', 'current']);
  });
});

suite('the memory of verified tokens', () => {
  test('holds the last thousand at most, and the last half thousand at least', () => {
    const key = {} as webcrypto.CryptoKey;
    const tokens = new VerifiedTokens<{ key: webcrypto.CryptoKey; index: number }>();
    for (let index = 0; index < 10_000; index += 1) tokens.set(`digest ${index}`, { key, index });
    const known = Array.from({ length: 10_000 }, (_, index) => tokens.get(`digest ${index}`)?.index).filter(
      (index) => index !== undefined,
    );
    assert.ok(known.length >= 500 && known.length <= 1000, `${known.length}`);
    assert.deepEqual(
      known,
      Array.from({ length: known.length }, (_, index) => 10_000 - known.length + index),
    );
  });
});
