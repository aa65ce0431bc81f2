import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { mintUserToken, poolJwk } from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import { decodeContext } from '../../../src/answer/contextValue.ts';
import type { PolicyResponse } from '../../../src/answer/respond.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { effectOf, harness, now, secret } from '../support/harness.ts';
import { pool } from './support/users.ts';

const approovToken = mintToken({ claims: { exp: now + 300, did: 'device' }, key: secret });
const good = mintUserToken(pool, { sub: 'alice', exp: now + 300 });
const { answer, lines } = harness(
  {
    APPROOV_USER_AUTH: 'jwt',
    APPROOV_USER_ISSUER: pool.issuer,
    APPROOV_USER_AUDIENCE: pool.clientId,
    APPROOV_USER_CONTEXT_CLAIMS: 'sub,exp,scope,nested,list,__proto__,toString',
  },
  undefined,
  undefined,
  undefined,
  async () => JSON.stringify({ keys: [poolJwk(pool)] }),
);
const send = (authorization: string) =>
  answer(
    eventOf.rest([
      ['Approov-Token', approovToken],
      ['Authorization', authorization],
    ]),
  );
const runs = { numRuns: 300 };

describe('for every login', () => {
  it('no mutation of a valid token is accepted', async () => {
    const mutation = fc
      .tuple(
        fc.nat(good.length),
        fc.nat(8),
        fc.oneof(fc.string({ maxLength: 8 }), fc.base64String({ maxLength: 8 })),
      )
      .map(([start, length, insert]) => good.slice(0, start) + insert + good.slice(start + length))
      .filter((token) => token.trim() !== good);
    await fc.assert(
      fc.asyncProperty(mutation, async (token) => {
        const result = await send(`Bearer ${token}`);
        assert.equal(result.error?.message, 'Unauthorized');
      }),
      runs,
    );
  });

  it('no text crashes the check', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), async (text) => {
        assert.equal((await send(text)).error?.message, 'Unauthorized');
      }),
      runs,
    );
  });

  it('any signed payload is either allowed with a sane end and subject, or refused', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.integer({ min: now - 10, max: now + 10 }), fc.double());
    const names = fc.constantFrom(
      'exp',
      'sub',
      'nbf',
      'scope',
      'scp',
      'nested',
      'list',
      '__proto__',
      'toString',
    );
    const claims = {
      sub: 'alice',
      exp: now + 300,
      iss: pool.issuer,
      client_id: pool.clientId,
      token_use: 'access',
    };
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, value), async (changes) => {
        const header = JSON.stringify({ alg: 'RS256', kid: pool.kid });
        const text = JSON.stringify({ ...claims, ...changes });
        const result = await send(mintToken({ claims: text, header, algorithm: 'RS256', key: pool.key }));
        if (effectOf(result) !== 'Allow') return assert.equal(result.error?.message, 'Unauthorized');
        const { context, principalId } = result.response as PolicyResponse;
        const { exp, sub } = JSON.parse(text);
        assert.ok(exp > now && exp < 1e12);
        const { user_sub } = decodeContext(context);
        assert.deepEqual([user_sub, context.user_exp], [sub, exp]);
        assert.match(principalId, /^[ !#-[\]-~]{1,128}$/);
        for (const field of Object.values(context)) {
          assert.ok(['string', 'number', 'boolean'].includes(typeof field));
        }
      }),
      runs,
    );
  });

  it('no line of all this holds the token or its parts', () => {
    const text = lines.join('');
    assert.ok(lines.length > 500);
    for (const part of [...good.split('.'), approovToken]) assert.ok(!text.includes(part));
  });
});
