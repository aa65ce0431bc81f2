import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, it } from 'node:test';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { decisionOf, harness, now, secret } from '../support/harness.ts';

describe('a token that is bound to the Cookie header of an HTTP API, payload 2.0', () => {
  const pay = hash('sha256', 'session=abc; theme=dark', 'base64');
  const token = mintToken({ claims: { exp: now + 300, pay }, key: secret });
  const cases: [name: string, cookies: string[] | undefined, header: string | undefined, reason?: string][] =
    [
      ['the cookies as they were sent', ['session=abc', 'theme=dark'], undefined],
      ['the header alone', undefined, 'session=abc; theme=dark'],
      ['both', ['session=abc', 'theme=dark'], 'session=abc; theme=dark'],
      ['another order', ['theme=dark', 'session=abc'], undefined, 'binding_mismatch'],
      ["another user's cookie", ['session=xyz', 'theme=dark'], undefined, 'binding_mismatch'],
      ['a cookie more', ['session=abc', 'theme=dark', 'a=b'], undefined, 'binding_mismatch'],
      ['a header that says something else', ['session=abc', 'theme=dark'], 'session=xyz', 'binding_mismatch'],
      ['no cookies', [], undefined, 'binding_header_missing'],
    ];
  for (const [name, cookies, header, reason] of cases) {
    it(`${name}: ${reason ?? 'allowed'}`, async () => {
      const { answer } = harness({ APPROOV_BINDING_HEADERS: 'Cookie' });
      const event = eventOf.http([
        ['Approov-Token', token],
        ...(header ? [['Cookie', header] as const] : []),
      ]);
      const result = await answer({ ...event, ...(cookies && { cookies }) });
      assert.equal(decisionOf(result)?.reason, reason);
      assert.equal(result.response?.context.binding, reason ? undefined : 'verified');
    });
  }
});
