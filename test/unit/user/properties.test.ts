import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { mintUserToken } from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import { decodeContext } from '../../../src/answer/contextValue.ts';
import type { PolicyResponse } from '../../../src/answer/respond.ts';
import { sent } from '../../cases/eventOf.ts';
import { effectOf, minted, now } from '../support/harness.ts';
import { pool, userWorld } from './support/users.ts';

const approovToken = minted({ did: 'device' });
const good = mintUserToken(pool, { sub: 'alice', exp: now + 300 });
const { answer, lines } = userWorld({
  APPROOV_DENIAL: 'unauthorized',
  APPROOV_USER_CONTEXT_CLAIMS: 'sub,exp,scope,nested,list,__proto__,toString',
});
const send = (authorization: string) => answer(sent(approovToken, { Authorization: authorization }));
const runs = { numRuns: 200 };

suite('for every login', () => {
  test('no mutation of a valid token is accepted', async () => {
    const insert = fc.oneof(fc.string({ maxLength: 8 }), fc.base64String({ maxLength: 8 }));
    const mutation = fc
      .tuple(fc.nat(good.length), fc.nat(8), insert)
      .map(([start, length, text]) => good.slice(0, start) + text + good.slice(start + length))
      .filter((token) => token.trim() !== good);
    await fc.assert(
      fc.asyncProperty(mutation, async (token) => {
        assert.equal((await send(`Bearer ${token}`)).error?.message, 'Unauthorized');
      }),
      runs,
    );
  });

  test('no text crashes the check', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), async (text) => {
        assert.equal((await send(text)).error?.message, 'Unauthorized');
      }),
      runs,
    );
  });

  test('any signed payload is either allowed with a sane end and subject, or refused', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.integer({ min: now - 10, max: now + 10 }), fc.double());
    const names = 'exp sub nbf scope scp nested list __proto__ toString'.split(' ');
    const of = { iss: pool.issuer, client_id: pool.clientId, token_use: 'access' };
    const claims = { sub: 'alice', exp: now + 300, ...of };
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value), async (changes) => {
        const header = JSON.stringify({ alg: 'RS256', kid: pool.kid });
        const text = JSON.stringify({ ...claims, ...changes });
        const result = await send(mintToken({ claims: text, header, algorithm: 'RS256', key: pool.key }));
        if (effectOf(result) !== 'Allow') return assert.equal(result.error?.message, 'Unauthorized');
        const { context, principalId } = result.response as PolicyResponse;
        const { exp, sub } = JSON.parse(text);
        assert.ok(exp > now && exp < 1e12);
        assert.deepEqual([decodeContext(context).user_sub, context.user_exp], [sub, exp]);
        assert.match(principalId, /^[ !#-[\]-~]{1,128}$/);
        for (const field of Object.values(context)) {
          assert.ok(['string', 'number', 'boolean'].includes(typeof field));
        }
      }),
      runs,
    );
  });

  test('no line of all this holds the token or its parts', () => {
    assert.ok(lines.length > 500);
    for (const part of [...good.split('.'), approovToken]) assert.ok(!lines.join('').includes(part));
  });
});
