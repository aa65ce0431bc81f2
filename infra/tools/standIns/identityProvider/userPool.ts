import { type KeyObject, randomUUID } from 'node:crypto';
import type { AsymmetricAlgorithm } from '../../../../src/token/algorithms.ts';
import { newKeysetKey, publicJwk } from '../../approov/keysetKey.ts';
import { mintToken } from '../../approov/mint.ts';

/** What an Amazon Cognito user pool signs its users' tokens with, and for whom. */
export interface UserPool {
  /** `iss` of the tokens. */
  readonly issuer: string;
  /** Client ID of the app that the users log in to. */
  readonly clientId: string;
  readonly kid: string;
  readonly key: KeyObject;
  /** RS256 for Cognito; other providers choose others. */
  readonly algorithm: AsymmetricAlgorithm;
}

/** How a user's token differs from a good access token. */
export interface UserTokenOptions {
  /** `access` tokens name the app in `client_id`, `id` tokens in `aud`. */
  readonly use?: 'access' | 'id';
  readonly sub: string;
  /** Seconds since 1970 UTC. */
  readonly exp: number;
  /** Further claims. They replace the usual ones of the same name. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A new pool with a new key. */
export function newUserPool(issuer: string, algorithm: AsymmetricAlgorithm = 'RS256'): UserPool {
  const kid = randomUUID();
  return { issuer, clientId: '1example23456789', kid, key: newKeysetKey(algorithm), algorithm };
}

/** The pool's public key, as its issuer publishes it. */
export function poolJwk({ key, algorithm, kid }: UserPool): object {
  return publicJwk(key, algorithm, kid);
}

/**
 * Mints a user's token with the claims that Cognito gives it.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 */
export function mintUserToken(pool: UserPool, options: UserTokenOptions): string {
  const { key, algorithm, kid } = pool;
  // Cognito's tokens have no `typ`.
  const header = JSON.stringify({ kid, alg: algorithm });
  return mintToken({ claims: userTokenClaims(pool, options), header, algorithm, key });
}

/** The claims of {@link mintUserToken}. */
export function userTokenClaims(
  { issuer, clientId }: Pick<UserPool, 'issuer' | 'clientId'>,
  options: UserTokenOptions,
): object {
  const { use = 'access', sub, exp, claims } = options;
  const issuedAt = Math.floor(exp) - 3600;
  const ofUse =
    use === 'access'
      ? { client_id: clientId, scope: 'openid api/read', username: sub }
      : { aud: clientId, 'cognito:username': sub, email: `${sub}@example.com`, email_verified: true };
  return {
    sub,
    iss: issuer,
    token_use: use,
    ...ofUse,
    auth_time: issuedAt,
    iat: issuedAt,
    exp,
    jti: randomUUID(),
    ...claims,
  };
}
