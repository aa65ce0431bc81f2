import { type DemoInput, type DemoRequest, exampleClaims } from '../approov/demoRequests.ts';
import type { HttpRequest } from '../approov/httpRequest.ts';
import { mintToken, tokenBinding } from '../approov/mint.ts';
import type { IdentityProvider } from '../standIns/identityProvider/identityProvider.ts';
import { mintUserToken, newUserPool } from '../standIns/identityProvider/userPool.ts';

/**
 * The demo's requests for one API that checks users of several issuers too: both tokens valid, and each fault of the user's. Every Approov
 * token is bound to a login.
 *
 * @param url of Hello.
 */
export function userDemoRequests(
  url: string,
  { customers: { pool }, renamed, staff }: IdentityProvider,
  { key, now, usableSeconds }: DemoInput,
): DemoRequest[] {
  const exp = now + usableSeconds;
  const otherPool = { ...newUserPool(`${pool.issuer}2`), clientId: pool.clientId };
  const alice = mintUserToken(pool, { sub: 'alice', exp });
  const bob = mintUserToken(pool, { sub: 'bob', exp });
  /** A request with a login, and an Approov token that is bound to it, or to another one. */
  const get = (login: string, boundTo = login): HttpRequest => {
    const pay = tokenBinding(`Bearer ${boundTo}`);
    const approovToken = mintToken({ claims: { ...exampleClaims, exp, pay }, key });
    return {
      method: 'GET',
      url,
      headers: { 'Approov-Token': approovToken, Authorization: `Bearer ${login}` },
    };
  };
  const { Authorization: login = '' } = get(alice).headers;
  return [
    { title: 'app and user', request: get(alice), status: 200 },
    {
      title: 'app and expired user',
      request: get(mintUserToken(pool, { sub: 'alice', exp: now - 60 })),
      status: 403,
      reason: 'user_token_expired',
    },
    {
      title: 'app and ID token',
      request: get(mintUserToken(pool, { use: 'id', sub: 'alice', exp })),
      status: 403,
      reason: 'user_token_use_mismatch',
    },
    {
      title: 'app and user of an unknown pool',
      request: get(mintUserToken(otherPool, { sub: 'alice', exp })),
      status: 403,
      reason: 'user_issuer_mismatch',
    },
    {
      title: 'app and user, after the pool changed its issuer',
      request: get(mintUserToken(renamed.pool, { sub: 'alice', exp })),
      status: 200,
    },
    {
      title: 'app and user of the staff pool',
      request: get(mintUserToken(staff.pool, { sub: 'sam', exp })),
      status: 200,
    },
    {
      title: "one pool's key, the other pool's name",
      request: get(mintUserToken({ ...pool, issuer: staff.pool.issuer }, { sub: 'alice', exp })),
      status: 403,
      reason: 'user_key_unknown',
    },
    {
      title: 'app and user without the scope',
      request: get(mintUserToken(pool, { sub: 'alice', exp, claims: { scope: 'openid' } })),
      status: 403,
      reason: 'user_scope_missing',
    },
    {
      title: "stolen pair: alice's app, bob's login",
      request: get(bob, alice),
      status: 403,
      reason: 'binding_mismatch',
    },
    {
      title: 'user without app',
      request: { method: 'GET', url, headers: { Authorization: login } },
      status: 403,
      reason: 'token_missing',
    },
  ];
}
