import './support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import { eventOf } from '../cases/eventOf.ts';
import { decisionOf, harness, now, secret } from './support/harness.ts';

const rejectedBy = (claims: object) => mintToken({ claims, key: Buffer.alloc(64, 'another secret') });
const arc = 'IXPSB7TRK26LXE3M';
const policy = { APPROOV_DENIAL: 'policy' };
const on = { ...policy, APPROOV_DENIAL_ARC: 'on' };

/** What the log and the context of the answer show. */
async function shown(token: string, variables: Record<string, string>, api: 'rest' | 'http' = 'rest') {
  const answer = await harness(variables).answer(eventOf[api]([['Approov-Token', token]]));
  const line = decisionOf(answer);
  return {
    reason: line?.reason,
    arc: line?.arc,
    unverifiedArc: line?.unverifiedArc,
    context: answer.response?.context,
  };
}

suite('the Attestation Response Code of a token that is refused', () => {
  const refused = rejectedBy({ exp: now + 300, arc });
  const reason = 'signature_mismatch';

  test('is logged as unverified, and shown to nobody', async () => {
    for (const variables of [policy, { ...policy, APPROOV_DENIAL_ARC: 'off' }]) {
      const expected = { reason, arc: undefined, unverifiedArc: arc, context: { reason } };
      assert.deepEqual(await shown(refused, variables), expected);
    }
  });

  test('is in the context of the Deny when that is asked for', async () => {
    for (const variables of [on, { ...on, APPROOV_HTTP_API_RESPONSE: 'simple' }]) {
      for (const api of ['rest', 'http'] as const) {
        assert.deepEqual((await shown(refused, variables, api)).context, { reason, arc });
      }
    }
  });

  test('is logged in report-only, and not in the context', async () => {
    const { unverifiedArc, context } = await shown(refused, { ...on, APPROOV_MODE: 'report-only' });
    assert.deepEqual([unverifiedArc, context], [arc, { mode: 'report-only', verdict: 'would-deny', reason }]);
  });

  const values: { name: string; arc: unknown; isShown: boolean }[] = [
    { name: 'one character', arc: 'A', isShown: true },
    { name: '32 characters', arc: 'A2'.repeat(16), isShown: true },
    { name: '33 characters', arc: 'A'.repeat(33), isShown: false },
    { name: 'nothing', arc: '', isShown: false },
    { name: 'lower case', arc: arc.toLowerCase(), isShown: false },
    { name: 'a digit that base32 lacks', arc: 'A1', isShown: false },
    { name: 'padding', arc: 'A===', isShown: false },
    { name: 'markup', arc: '<b>', isShown: false },
    { name: 'a line break at its end', arc: `${arc}\n`, isShown: false },
    { name: 'a number', arc: 2, isShown: false },
    { name: 'a list', arc: [arc], isShown: false },
    { name: 'no arc', arc: undefined, isShown: false },
  ];
  for (const { name, arc: value, isShown } of values) {
    test(`is ${isShown ? '' : 'not '}shown as ${name}`, async () => {
      const { unverifiedArc, context } = await shown(rejectedBy({ exp: now + 300, arc: value }), on);
      assert.equal(unverifiedArc, isShown ? value : undefined);
      assert.deepEqual(context, isShown ? { reason, arc: value } : { reason });
    });
  }

  test('is a verified one when another check refuses the token: then it stays out of the Deny', async () => {
    const expired = mintToken({ claims: { exp: now - 1, arc }, key: secret });
    assert.deepEqual(await shown(expired, on), {
      reason: 'token_expired',
      arc,
      unverifiedArc: undefined,
      context: { reason: 'token_expired' },
    });
  });
});
