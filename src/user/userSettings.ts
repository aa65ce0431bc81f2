import type { AsymmetricAlgorithm } from '../token/algorithms.ts';

/** How users' tokens are checked. Times in seconds. */
export interface UserSettings {
  /** `iss` must equal it. */
  readonly issuer: string;
  /** One of them must be in `aud`, or equal `client_id` when there is no `aud`. */
  readonly audiences: readonly string[];
  /** https URL of the issuer's JWK Set. */
  readonly jwksUri: string;
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** `token_use` must equal it, when set. */
  readonly tokenUse: 'access' | 'id' | undefined;
  /** The header's `typ` must equal it, when set. */
  readonly tokenType: string | undefined;
  /** The token must have one of them, when set. */
  readonly scopes: readonly string[] | undefined;
  /** Header that carries the token. */
  readonly header: string;
  /** Claims that the backend gets as `user_<claim>`. */
  readonly contextClaims: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly keysTtlSeconds: number;
  readonly keysMaxStaleSeconds: number;
}

/**
 * Whether an issuer is an Amazon Cognito user pool, in either form of its URL.
 *
 * @see {@link
 *   https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html}
 */
export function isCognitoIssuer(issuer: string): boolean {
  return /^https:\/\/(?:issuer-)?cognito-idp(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/\1_[A-Za-z0-9]+$/.test(
    issuer,
  );
}
