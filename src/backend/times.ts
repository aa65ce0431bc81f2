import { type Fields, ownFields } from '../json.ts';
import { latestNumericDate } from '../token/claims.ts';

/** The time by which a reader decides whether a token has expired. */
export interface ExpiryOptions {
  /**
   * Seconds since 1970 UTC, by default the current time. For a message on an open WebSocket, whose token was checked
   * when the connection was made, give `event.requestContext.connectedAt / 1000`.
   */
  readonly now?: number | undefined;
  /**
   * Seconds after `exp` in which the token still counts, by default 0. Give the authorizer's setting for that token:
   * `APPROOV_CLOCK_TOLERANCE_SECONDS` or `APPROOV_USER_CLOCK_TOLERANCE_SECONDS`.
   */
  readonly clockToleranceSeconds?: number | undefined;
}

/**
 * Reads the options that both readers have. Inherited ones do not count.
 *
 * @returns whether a token with this `exp` has expired: `exp` equal to now counts as expired
 * @throws TypeError an option is not a finite number: a comparison with it is false, which would count as "not expired"
 *
 * @internal
 */
export function readExpiryOptions(options: unknown = {}): (exp: number) => boolean {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object');
  const { now = Date.now() / 1000, clockToleranceSeconds = 0 } = ownFields(options);
  for (const [name, value] of Object.entries({ now, clockToleranceSeconds })) {
    if (!Number.isFinite(value)) throw new TypeError(`${name} must be a finite number of seconds`);
  }
  return (exp) => exp + (clockToleranceSeconds as number) <= (now as number);
}

/**
 * Undoes API Gateway's turning numbers into text. Undefined for what is not a finite number.
 *
 * @internal
 */
export function numberOf(value: unknown): number | undefined {
  const isNumeral = typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value);
  const number = isNumeral ? Number(value) : value;
  return Number.isFinite(number) ? (number as number) : undefined;
}

/**
 * Whether a time is later than any that a token can have, such as one in milliseconds.
 *
 * @internal
 */
export function isNotInSeconds(exp: number): boolean {
  return exp > latestNumericDate;
}

/**
 * The fields whose names have a prefix, by their names without it.
 *
 * @internal
 */
export function withoutPrefix(fields: object, prefix: string): Fields {
  const named = Object.entries(fields).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(named.map(([name, value]) => [name.slice(prefix.length), value]));
}
