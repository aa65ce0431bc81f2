import { Refusal } from '../decision/refusal.ts';
import type { UserSettings } from './userSettings.ts';
import type { UserTokenClaims } from './userTokenClaims.ts';

/** What a user token's claims must say. */
export type UserClaimRules = Pick<
  UserSettings,
  'issuer' | 'audiences' | 'tokenUse' | 'scopes' | 'clockToleranceSeconds'
>;

/**
 * Checks a user token's time, issuer, audience, use and scopes, as the JWT authorizer of an HTTP API does.
 *
 * @param now seconds since 1970 UTC, with their fraction
 * @throws Refusal `user_token_expired` (`exp` equal to now is expired), `user_token_not_yet_valid`,
 *   `user_issuer_mismatch`, `user_audience_mismatch` (`client_id` counts only when there is no `aud`, and not in an ID
 *   token), `user_token_use_mismatch`, `user_scope_missing` (any one of the scopes is enough)
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html}
 */
export function checkUserClaims(claims: UserTokenClaims, rules: UserClaimRules, now: number): void {
  const { issuer, audiences, tokenUse, scopes, clockToleranceSeconds: tolerance } = rules;
  if (claims.exp + tolerance <= now) throw new Refusal('user_token_expired');
  if (claims.nbf !== undefined && claims.nbf - tolerance > now) throw new Refusal('user_token_not_yet_valid');
  if (claims.iss !== issuer) throw new Refusal('user_issuer_mismatch');
  if (!isAnyOf(audiences, audiencesOf(claims, tokenUse))) throw new Refusal('user_audience_mismatch');
  if (tokenUse !== undefined && claims.token_use !== tokenUse) throw new Refusal('user_token_use_mismatch');
  if (scopes && !isAnyOf(scopes, [...words(claims.scope), ...words(claims.scp)])) {
    throw new Refusal('user_scope_missing');
  }
}

function isAnyOf(wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.some((value) => given.includes(value));
}

/** An ID token must have `aud`. @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDToken} */
function audiencesOf(
  { aud, client_id, token_use }: UserTokenClaims,
  tokenUse: UserSettings['tokenUse'],
): readonly string[] {
  const isIdToken = tokenUse === 'id' && token_use === 'id';
  const audience = aud === undefined && !isIdToken ? client_id : aud;
  return audience === undefined ? [] : [audience].flat();
}

function words(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? value.split(' ') : (value ?? []);
}
