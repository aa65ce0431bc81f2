import { Refusal } from '../decision/refusal.ts';
import type { ApproovClaims } from './claims.ts';

/** What a token's claims must say. */
export interface ClaimRules {
  /** `iss` must equal it, when set. */
  readonly issuer?: string | undefined;
  /** `aud` must equal or contain one of them, when set. */
  readonly audience?: readonly string[] | undefined;
  /** Seconds by which the clocks may differ. */
  readonly clockToleranceSeconds: number;
}

/**
 * Checks a token's time, issuer and audience.
 *
 * @param now seconds since 1970 UTC, with their fraction
 * @throws Refusal `token_expired` (`exp` equal to now is expired), `token_not_yet_valid`, `issuer_mismatch`,
 *   `audience_mismatch`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1}
 */
export function checkClaims(claims: ApproovClaims, rules: ClaimRules, now: number): void {
  const { issuer, audience, clockToleranceSeconds: tolerance } = rules;
  if (claims.exp + tolerance <= now) throw new Refusal('token_expired');
  if (claims.nbf !== undefined && claims.nbf - tolerance > now) throw new Refusal('token_not_yet_valid');
  if (issuer !== undefined && claims.iss !== issuer) throw new Refusal('issuer_mismatch');
  if (audience !== undefined && !audience.some((name) => isFor(name, claims))) {
    throw new Refusal('audience_mismatch');
  }
}

function isFor(audience: string, { aud }: ApproovClaims): boolean {
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience;
}
