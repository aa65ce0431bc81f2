import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventOf, sent } from '../cases/eventOf.ts';
import { decisionOf, harness, minted, now, otherSecret } from './support/harness.ts';

const arc = 'IXPSB7TRK26LXE3M';
const policy = { APPROOV_DENIAL: 'policy' };
const on = { ...policy, APPROOV_DENIAL_ARC: 'on' };

/** What the log and the context of the answer show. */
async function shown(token: string, variables: Record<string, string>, api: 'rest' | 'http' = 'rest') {
  const answer = await harness(variables).answer(eventOf[api](sent(token)));
  const { reason, arc: verified, unverifiedArc } = decisionOf(answer) ?? {};
  return { reason, arc: verified, unverifiedArc, context: answer.response?.context };
}

suite('the Attestation Response Code of a token that is refused', () => {
  const refused = minted({ arc }, otherSecret);
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

  const values: [name: string, arc: unknown, isShown: boolean][] = [
    ['one character', 'A', true],
    ['32 characters', 'A2'.repeat(16), true],
    ['33 characters', 'A'.repeat(33), false],
    ['nothing', '', false],
    ['lower case', arc.toLowerCase(), false],
    ['a digit that base32 lacks', 'A1', false],
    ['padding', 'A===', false],
    ['markup', '<b>', false],
    ['a line break at its end', `${arc}\n`, false],
    ['a number', 2, false],
    ['a list', [arc], false],
    ['no arc', undefined, false],
  ];
  for (const [name, value, isShown] of values) {
    test(`is ${isShown ? '' : 'not '}shown as ${name}`, async () => {
      const { unverifiedArc, context } = await shown(minted({ arc: value }, otherSecret), on);
      assert.equal(unverifiedArc, isShown ? value : undefined);
      assert.deepEqual(context, isShown ? { reason, arc: value } : { reason });
    });
  }

  test('is a verified one when another check refuses the token: then it stays out of the Deny', async () => {
    const context = { reason: 'token_expired' };
    const expected = { reason: 'token_expired', arc, unverifiedArc: undefined, context };
    assert.deepEqual(await shown(minted({ exp: now - 1, arc }), on), expected);
  });
});
