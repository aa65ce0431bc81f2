import { type DemoInput, type DemoRequest, exampleClaims, refused, served } from '../approov/demoRequests.ts';
import type { HttpRequest } from '../approov/httpRequest.ts';
import { mintToken, tokenBinding } from '../approov/mint.ts';
import type { IdentityProvider } from '../standIns/identityProvider/identityProvider.ts';
import {
  mintUserToken,
  newUserPool,
  type UserPool,
  type UserTokenOptions,
} from '../standIns/identityProvider/userPool.ts';

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
  const mint = (by: UserPool, more: Partial<UserTokenOptions> = {}) =>
    mintUserToken(by, { sub: 'alice', exp, ...more });
  const [alice, bob] = [mint(pool), mint(pool, { sub: 'bob' })];
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
  const as = (by: UserPool, more?: Partial<UserTokenOptions>) => get(mint(by, more));
  const { Authorization: login = '' } = get(alice).headers;
  return [
    served('app and user', get(alice)),
    refused('app and expired user', as(pool, { exp: now - 60 }), 'user_token_expired'),
    refused('app and ID token', as(pool, { use: 'id' }), 'user_token_use_mismatch'),
    refused('app and user of an unknown pool', as(otherPool), 'user_issuer_mismatch'),
    served('app and user, after the pool changed its issuer', as(renamed.pool)),
    served('app and user of the staff pool', as(staff.pool, { sub: 'sam' })),
    refused(
      "one pool's key, the other pool's name",
      as({ ...pool, issuer: staff.pool.issuer }),
      'user_key_unknown',
    ),
    refused(
      'app and user without the scope',
      as(pool, { claims: { scope: 'openid' } }),
      'user_scope_missing',
    ),
    refused("stolen pair: alice's app, bob's login", get(bob, alice), 'binding_mismatch'),
    refused('user without app', { method: 'GET', url, headers: { Authorization: login } }, 'token_missing'),
  ];
}
