import { ownFields } from '../json.ts';
import { latestNumericDate } from '../token/claims.ts';

/** The time by which a reader decides whether something has expired, in seconds. */
export interface Moment {
  readonly now: number;
  readonly clockToleranceSeconds: number;
}

/**
 * Reads the options that both readers have. Inherited ones do not count.
 *
 * @throws TypeError an option is not a finite number: a comparison with it is false, which would count as "not expired"
 */
export function readMoment(options: unknown = {}): Moment {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object');
  const { now = Date.now() / 1000, clockToleranceSeconds = 0 } = ownFields(options);
  for (const [name, value] of Object.entries({ now, clockToleranceSeconds })) {
    if (!Number.isFinite(value)) throw new TypeError(`${name} must be a finite number of seconds`);
  }
  return { now, clockToleranceSeconds } as Moment;
}

/** Undoes API Gateway's turning numbers into text. Undefined for what is not a finite number. */
export function numberOf(value: unknown): number | undefined {
  const isNumeral = typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value);
  const number = isNumeral ? Number(value) : value;
  return Number.isFinite(number) ? (number as number) : undefined;
}

/** Whether a time is later than any that a token can have, such as one in milliseconds. */
export function isNotInSeconds(exp: number): boolean {
  return exp > latestNumericDate;
}

/** Whether a token has expired: `exp` equal to now counts as expired. */
export function hasExpired(exp: number, { now, clockToleranceSeconds }: Moment): boolean {
  return exp + clockToleranceSeconds <= now;
}
