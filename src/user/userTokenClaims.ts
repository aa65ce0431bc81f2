import { Refusal } from '../decision/refusal.ts';
import { latestNumericDate } from '../token/claims.ts';

/**
 * Claims of a user's token whose types have been checked. Only {@link readUserTokenClaims} makes one, and it counts for
 * nothing before the signature has been verified.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068#section-2.2} claims of an OAuth 2.0 access token
 */
export interface UserTokenClaims {
  /** Expiry in seconds since 1970 UTC. It may have a fraction. */
  readonly exp: number;
  /** Who the user is, at most 255 characters. */
  readonly sub: string;
  /** Seconds since 1970 UTC. */
  readonly nbf?: number;
  readonly iss?: string;
  readonly aud?: string | readonly string[];
  readonly client_id?: string;
  /** Scopes, separated by spaces. */
  readonly scope?: string;
  /** Scopes as a list, or separated by spaces, as Okta and Microsoft Entra name them. */
  readonly scp?: string | readonly string[];
  /** `access` or `id`, as Amazon Cognito names the kind of token. */
  readonly token_use?: string;
  readonly [claim: string]: unknown;
}

/** Most characters of a `sub`. @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDToken} */
const longestSubject = 255;

const isString = (value: unknown): value is string => typeof value === 'string';
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);
const isStringOrList = (value: unknown) => isString(value) || (Array.isArray(value) && value.every(isString));

const optionalClaims: readonly (readonly [claim: string, isValid: (value: unknown) => boolean])[] = [
  ['nbf', isFiniteNumber],
  ['iat', isFiniteNumber],
  ['iss', isString],
  ['aud', isStringOrList],
  ['client_id', isString],
  ['scope', isString],
  ['scp', isStringOrList],
  ['token_use', isString],
  ['jti', isString],
];

/**
 * Checks the types of a payload's claims. Nothing in them may be believed before the signature has been verified.
 *
 * @param payload JSON object
 * @throws Refusal `user_claims_invalid`: `exp` absent, not a finite number or outside 0 to {@link latestNumericDate}
 *   seconds; `sub` absent, empty or too long, so that it is not known who the user is; or another known claim of the
 *   wrong type
 */
export function readUserTokenClaims(payload: Readonly<Record<string, unknown>>): UserTokenClaims {
  const [exp, sub] = ['exp', 'sub'].map((name) => (Object.hasOwn(payload, name) ? payload[name] : undefined));
  const isValid =
    isFiniteNumber(exp) &&
    exp >= 0 &&
    exp <= latestNumericDate &&
    isString(sub) &&
    sub !== '' &&
    sub.length <= longestSubject &&
    optionalClaims.every(([claim, isOfType]) => !Object.hasOwn(payload, claim) || isOfType(payload[claim]));
  if (!isValid) throw new Refusal('user_claims_invalid');
  return payload as UserTokenClaims;
}
