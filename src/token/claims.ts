import type { Config } from '../config/settings.ts';
import { Refusal } from '../errors.ts';
import { type Fields, isObject, isString, isStringList } from '../json.ts';

/**
 * Claims of an Approov token whose types have been checked. Only {@link readClaims} makes one, and it counts for
 * nothing before the signature has been verified.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1}
 */
export interface ApproovClaims {
  /** Expiry, NumericDate: seconds since 1970 UTC, may have a fraction. */
  readonly exp: number;
  /** Seconds since 1970 UTC. */
  readonly nbf?: number;
  /** Seconds since 1970 UTC. */
  readonly iat?: number;
  readonly iss?: string;
  readonly aud?: string | readonly string[];
  readonly sub?: string;
  /** Device ID, base64. */
  readonly did?: string;
  /** IP address that Approov saw at attestation. */
  readonly ip?: string;
  /** Token binding: base64 of the SHA-256 of the bound value. */
  readonly pay?: string;
  /** Install message signing key: base64 SPKI DER of a P-256 public key. */
  readonly ipk?: string;
  /** Account message signing key id. */
  readonly mskid?: string;
  /** Attestation Response Code, base32. */
  readonly arc?: string;
  /** Annotations. */
  readonly anno?: readonly string[];
  /** Web protection tokens. */
  readonly embed?: Readonly<Record<string, unknown>>;
  readonly [claim: string]: unknown;
}

/** 9999-12-31T23:59:59Z, the last second of a four-digit year in ISO 8601. A time in milliseconds is later. */
export const latestNumericDate = 253_402_300_799;

/** Claims that a token may leave out, and what each must be. */
export type OptionalClaims = readonly (readonly [claim: string, isValid: (value: unknown) => boolean])[];

const optionalClaims: OptionalClaims = [
  ['nbf', Number.isFinite],
  ['iat', Number.isFinite],
  ['iss', isString],
  ['aud', (value) => isString(value) || isStringList(value)],
  ['sub', isString],
  ['did', isString],
  ['ip', isString],
  ['pay', isString],
  ['ipk', isString],
  ['mskid', isString],
  ['arc', isString],
  ['anno', isStringList],
  ['embed', isObject],
];

/**
 * Checks the types of a payload's claims. Nothing in them may be believed before the signature has been verified.
 *
 * @param payload JSON object
 * @throws Refusal `claims_invalid`: `exp` absent, not a finite number or outside 0 to {@link latestNumericDate}
 *   seconds, or another known claim of the wrong type
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-2} NumericDate
 */
export function readClaims(payload: Fields): ApproovClaims {
  const { exp } = payload;
  if (!isNumericDate(exp) || !areValid(payload, optionalClaims)) throw new Refusal('claims_invalid');
  return payload as ApproovClaims;
}

/** Whether a value is a finite number of seconds from 0 to {@link latestNumericDate}. */
export function isNumericDate(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0 && (value as number) <= latestNumericDate;
}

/** Whether the claims that a payload has are what they must be. */
export function areValid(payload: Fields, claims: OptionalClaims): boolean {
  return claims.every(([claim, isValid]) => !Object.hasOwn(payload, claim) || isValid(payload[claim]));
}

/**
 * The claims that the checks and the answer read. A payload may hold much more, which is not kept.
 *
 * @param names claims for the backend
 */
export function keptClaims(claims: ApproovClaims, names: readonly string[]): ApproovClaims {
  const kept: Record<string, unknown> = Object.assign(Object.create(null), { exp: claims.exp });
  for (const name of [...checkedClaims, ...names]) {
    if (Object.hasOwn(claims, name)) kept[name] = claims[name];
  }
  return kept as ApproovClaims;
}

/** The claims that are compared, hold a key, name the principal or are logged. */
const checkedClaims = ['nbf', 'iss', 'aud', 'sub', 'did', 'pay', 'ipk', 'mskid', 'arc'];

/**
 * Checks a token's time, issuer and audience.
 *
 * @param now seconds since 1970 UTC, with their fraction
 * @throws Refusal `token_expired` (`exp` equal to now is expired), `token_not_yet_valid`, `issuer_mismatch`,
 *   `audience_mismatch`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1}
 *
 * @internal
 */
export function checkClaims(
  claims: ApproovClaims,
  {
    issuer,
    audience,
    clockToleranceSeconds: tolerance,
  }: Pick<Config, 'issuer' | 'audience' | 'clockToleranceSeconds'>,
  now: number,
): void {
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
