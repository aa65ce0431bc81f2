import { isCognitoIssuer } from '../config/rules.ts';
import type { Config } from '../config/settings.ts';
import { Refusal } from '../errors.ts';
import { type Fields, isString, isStringList, ownProperty } from '../json.ts';
import { areValid, isNumericDate, type OptionalClaims } from '../token/claims.ts';

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

const isStringOrList = (value: unknown) => isString(value) || isStringList(value);

const optionalClaims: OptionalClaims = [
  ['nbf', Number.isFinite],
  ['iat', Number.isFinite],
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
 * @throws Refusal `user_claims_invalid`: `exp` absent or not a number that {@link isNumericDate}; `sub` absent, empty or too long, so that it is not known who the user is; or another known claim of the
 *   wrong type
 */
export function readUserTokenClaims(payload: Fields): UserTokenClaims {
  const sub = ownProperty(payload, 'sub');
  const hasSubject = isString(sub) && sub !== '' && sub.length <= longestSubject;
  if (!hasSubject || !isNumericDate(ownProperty(payload, 'exp')) || !areValid(payload, optionalClaims)) {
    throw new Refusal('user_claims_invalid');
  }
  return payload as UserTokenClaims;
}

/** The claims that {@link checkUserClaims} reads. A payload may hold much more, which is not kept. */
export function keptUserClaims(claims: UserTokenClaims): UserTokenClaims {
  const { exp, sub, nbf, iss, aud, client_id, scope, scp, token_use } = claims;
  return { exp, sub, nbf, iss, aud, client_id, scope, scp, token_use } as UserTokenClaims;
}

/** What a user token's claims must say. */
export type UserClaimRules = Pick<
  Config,
  'userIssuer' | 'userAudience' | 'userTokenUse' | 'userScopes' | 'userClockToleranceSeconds'
>;

/**
 * Checks a user token's time, issuer, audience, use and scopes, as the JWT authorizer of an HTTP API does.
 *
 * @param issuer the issuer whose key verified the token
 * @param now seconds since 1970 UTC, with their fraction
 * @throws Refusal `user_token_expired` (`exp` equal to now is expired), `user_token_not_yet_valid`,
 *   `user_issuer_mismatch`, `user_audience_mismatch` (`client_id` counts only when there is no `aud`, and not in an ID
 *   token), `user_token_use_mismatch`, `user_scope_missing` (any one of the scopes is enough)
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html}
 */
export function checkUserClaims(
  claims: UserTokenClaims,
  issuer: string,
  rules: UserClaimRules,
  now: number,
): void {
  const { userScopes, userClockToleranceSeconds: tolerance } = rules;
  const tokenUse = tokenUseOf(issuer, rules);
  if (claims.exp + tolerance <= now) throw new Refusal('user_token_expired');
  if (claims.nbf !== undefined && claims.nbf - tolerance > now) throw new Refusal('user_token_not_yet_valid');
  if (claims.iss !== issuer) throw new Refusal('user_issuer_mismatch');
  if (!isAnyOf(rules.userAudience, audiencesOf(claims, tokenUse)))
    throw new Refusal('user_audience_mismatch');
  if (tokenUse !== undefined && claims.token_use !== tokenUse) throw new Refusal('user_token_use_mismatch');
  if (userScopes && !isAnyOf(userScopes, [...words(claims.scope), ...words(claims.scp)])) {
    throw new Refusal('user_scope_missing');
  }
}

/** `token_use` is a claim of Amazon Cognito. Where one of the issuers is a user pool, the others' tokens need not have it. */
function tokenUseOf(issuer: string, { userIssuer, userTokenUse }: UserClaimRules): Config['userTokenUse'] {
  const isExempt = userIssuer.length > 1 && userIssuer.some(isCognitoIssuer) && !isCognitoIssuer(issuer);
  return isExempt ? undefined : userTokenUse;
}

function isAnyOf(wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.some((value) => given.includes(value));
}

/** An ID token must have `aud`. @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDToken} */
function audiencesOf(
  { aud, client_id, token_use }: UserTokenClaims,
  tokenUse: Config['userTokenUse'],
): readonly string[] {
  const isIdToken = tokenUse === 'id' && token_use === 'id';
  const audience = aud === undefined && !isIdToken ? client_id : aud;
  return audience === undefined ? [] : [audience].flat();
}

function words(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? value.split(' ') : (value ?? []);
}
