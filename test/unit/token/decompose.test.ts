import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { decomposeUnverifiedToken } from '../../../src/token/decompose.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { decisionOf, effectOf, harness, now, secret } from '../support/harness.ts';

const header = Buffer.from('{"alg":"HS256"}').toString('base64url');

/** The reason for which a token is refused before it is verified. */
const reasonOf = (rawToken: string): string | undefined => {
  try {
    decomposeUnverifiedToken(rawToken, ['HS256']);
    return undefined;
  } catch (error) {
    return (error as { reason?: string }).reason;
  }
};

suite('the form of a token', () => {
  test('is three parts, each spelt as base64url spells its bytes', () => {
    const alphabet = [...'ABQgwEIMUYcksop048xyz-_', '=', '+', '/', ' ', '\n', '.', 'é'];
    const part = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 9 });
    const isCanonical = (text: string) => Buffer.from(text, 'base64url').toString('base64url') === text;
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 2 }), (parts) => {
        const rawToken = [header, header, ...parts].join('.');
        const split = rawToken.split('.');
        const isAccepted = split.length === 3 && split.every(isCanonical);
        assert.equal(reasonOf(rawToken), isAccepted ? undefined : 'token_malformed');
      }),
      { numRuns: 2000 },
    );
  });

  test('costs time in proportion to its length, and a longer token costs none', () => {
    const worst = [`${'A'.repeat(8190)}..`, `${'A'.repeat(8189)}!..`, `${'AAAA.'.repeat(1638)}`];
    for (const rawToken of worst) {
      const begun = performance.now();
      for (let time = 0; time < 100; time += 1) reasonOf(rawToken);
      assert.ok((performance.now() - begun) / 100 < 2, `${rawToken.slice(0, 8)}…`);
    }
    assert.equal(reasonOf(`${header}.${header}.${'A'.repeat(8192)}`), 'token_malformed');
  });
});

suite('other spellings of a genuine token', () => {
  test('are refused before they are verified, and take no room from tokens that were', async ({ mock }) => {
    const { answer } = harness();
    const event = (token: string) => eventOf.rest([['Approov-Token', token]]);
    const known = mintToken({ claims: { exp: now + 300 }, key: secret });
    const genuine = mintToken({ claims: { exp: now + 300, did: 'another' }, key: secret });
    assert.equal(effectOf(await answer(event(known))), 'Allow');

    const verify = mock.method(crypto.subtle, 'verify');
    const last = genuine.at(-1) as string;
    const sameBits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spellings = [
      ...[1, 2, 3].map((more) => genuine.slice(0, -1) + sameBits[sameBits.indexOf(last) + more]),
      `${genuine}=`,
      ...Array.from({ length: 600 }, (_, index) => `${genuine}${' '.repeat(index + 1)}x`),
      ...Array.from({ length: 600 }, (_, index) => genuine.replace('.', `${'='.repeat(index + 1)}.`)),
    ];
    for (const spelling of spellings) {
      assert.equal(decisionOf(await answer(event(spelling)))?.reason, 'token_malformed', spelling);
    }
    assert.equal(effectOf(await answer(event(known))), 'Allow');
    assert.equal(verify.mock.callCount(), 0);
  });
});
