import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { refusalReasons } from '../../src/errors.ts';
import { decisionCases } from '../cases/decisionCases.ts';
import { eventOf } from '../cases/eventOf.ts';
import { decisionOf, effectOf, harness, now, secret } from './support/harness.ts';

const { cases: lastingCases, timeCases } = decisionCases(now, secret);
const cases = [...lastingCases, ...timeCases];

for (const api of ['rest', 'http'] as const) {
  describe(`decision on a ${api} API`, () => {
    for (const { name, headers, variables = {}, expected } of cases) {
      it(`${name}: ${expected}`, async () => {
        const event = eventOf[api](headers);
        const thrown = await harness(variables).answer(event);
        const denied = await harness({ ...variables, APPROOV_DENIAL: 'policy' }).answer(event);
        assert.equal(decisionOf(thrown)?.reason ?? decisionOf(thrown)?.decision, expected);
        if (expected === 'allow') {
          assert.equal(effectOf(thrown), 'Allow');
          assert.deepEqual(denied.response, thrown.response);
        } else {
          assert.equal(thrown.error?.message, 'Unauthorized');
          assert.equal(effectOf(denied), 'Deny');
          assert.deepEqual(denied.response?.context, { reason: expected });
        }
      });

      it(`${name}: ${expected}, with the secret at hand too`, async () => {
        const first = await harness(variables).answer(eventOf[api](headers));
        let time = now * 1000 - 1;
        const warm = harness(variables, undefined, () => time);
        await setImmediate();
        time += 1;
        const later = await warm.answer(eventOf[api](headers));
        assert.equal(decisionOf(later)?.reason ?? decisionOf(later)?.decision, expected);
        assert.deepEqual(later.response, first.response);
        const fetches = warm.lines.filter((line) => line.includes('secret refreshed')).length;
        assert.equal(fetches, expected === 'signature_mismatch' ? 2 : 1, 'only a mismatch fetches afresh');
      });
    }
  });
}

it('the table has a case for every reason before message signing and the user', () => {
  const reasons = new Set(cases.map(({ expected }) => expected));
  const missing = refusalReasons.filter(
    (reason) => !/^(message_signature|user)_/.test(reason) && !reasons.has(reason),
  );
  assert.deepEqual(missing, []);
});
