import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tokenBinding } from '../../../infra/tools/approov/mint.ts';
import { eventOf, sent } from '../../cases/eventOf.ts';
import { decisionOf, harness, minted } from '../support/harness.ts';

suite('a token that is bound to the Cookie header of an HTTP API, payload 2.0', () => {
  const signed = 'session=abc; theme=dark';
  const token = minted({ pay: tokenBinding(signed) });
  const cases: [name: string, cookies: string[] | undefined, header: string | undefined, reason?: string][] =
    [
      ['the cookies as they were sent', ['session=abc', 'theme=dark'], undefined],
      ['the header alone', undefined, signed],
      ['both', ['session=abc', 'theme=dark'], signed],
      ['another order', ['theme=dark', 'session=abc'], undefined, 'binding_mismatch'],
      ["another user's cookie", ['session=xyz', 'theme=dark'], undefined, 'binding_mismatch'],
      ['a cookie more', ['session=abc', 'theme=dark', 'a=b'], undefined, 'binding_mismatch'],
      ['a header that says something else', ['session=abc', 'theme=dark'], 'session=xyz', 'binding_mismatch'],
      ['no cookies', [], undefined, 'binding_header_missing'],
    ];
  for (const [name, cookies, header, reason] of cases) {
    test(`${name}: ${reason ?? 'allowed'}`, async () => {
      const { answer } = harness({ APPROOV_BINDING_HEADERS: 'Cookie' });
      const event = eventOf.http(sent(token, header ? { Cookie: header } : {}));
      const result = await answer({ ...event, ...(cookies && { cookies }) });
      assert.equal(decisionOf(result)?.reason, reason);
      assert.equal(result.response?.context.binding, reason ? undefined : 'verified');
    });
  }
});
