import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import { refusalReasons } from '../../src/errors.ts';
import { decisionCases } from '../cases/decisionCases.ts';
import { eventOf } from '../cases/eventOf.ts';
import { decisionOf, effectOf, harness, now, secret, verdictOf } from './support/harness.ts';

const { cases: lastingCases, timeCases } = decisionCases(now, secret);
const cases = [...lastingCases, ...timeCases];

for (const api of ['rest', 'http'] as const) {
  suite(`decision on a ${api} API`, () => {
    for (const { name, headers, variables = {}, expected } of cases) {
      test(`${name}: ${expected}`, async () => {
        const event = eventOf[api](headers);
        const thrown = await harness(variables).answer(event);
        const denied = await harness({ ...variables, APPROOV_DENIAL: 'policy' }).answer(event);
        assert.equal(verdictOf(thrown), expected);
        if (expected === 'allow') {
          assert.equal(effectOf(thrown), 'Allow');
          assert.deepEqual(denied.response, thrown.response);
        } else {
          assert.equal(thrown.error?.message, 'Unauthorized');
          assert.equal(effectOf(denied), 'Deny');
          assert.deepEqual(denied.response?.context, { reason: expected });
        }
      });
    }
  });
}

test('a token ends within a second, at its exp to the millisecond', async () => {
  const event = eventOf.rest([['Approov-Token', mintToken({ claims: { exp: now + 0.25 }, key: secret })]]);
  for (const [milliseconds, expected] of [
    [249, 'allow'],
    [250, 'deny'],
  ] as const) {
    const answer = await harness({}, { time: { now: now + milliseconds / 1000 } }).answer(event);
    assert.equal(decisionOf(answer)?.decision, expected);
  }
});

test('the table has a case for every reason before message signing and the user', () => {
  const reasons = new Set(cases.map(({ expected }) => expected));
  const missing = refusalReasons.filter(
    (reason) => !/^(message_signature|user)_/.test(reason) && !reasons.has(reason),
  );
  assert.deepEqual(missing, []);
});
