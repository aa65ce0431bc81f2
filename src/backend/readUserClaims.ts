import { userPrefix } from '../answer/context.ts';
import { decodeContext } from '../answer/contextValue.ts';
import { type Fields, ownProperty } from '../json.ts';
import { type ExpiryOptions, isNotInSeconds, numberOf, readExpiryOptions, withoutPrefix } from './times.ts';

/** Claims of the user that an authorizer verified. */
export interface UserClaims {
  /** Who the user is. */
  readonly sub: string;
  /** Expiry in seconds since 1970 UTC. It may have a fraction. */
  readonly exp: number;
  /** Scopes of the token, from `scope` or `scp`. */
  readonly scopes: readonly string[];
  readonly nbf?: number;
  readonly iat?: number;
  readonly auth_time?: number;
  readonly iss?: string;
  readonly client_id?: string;
  readonly username?: string;
  readonly email?: string;
  /** Other claims. Lists and objects from this project's authorizer are what they were in the token. */
  readonly [claim: string]: unknown;
}

/** There is no user to rely on, so the backend must not answer the request. */
export class UserClaimsError extends Error {
  override readonly name = 'UserClaimsError';
  /** `absent`: no authorizer has verified a user. `expired`: the user's token has expired. */
  readonly code: 'absent' | 'expired';

  constructor(code: 'absent' | 'expired') {
    super(code === 'absent' ? 'no verified user in the event' : "the user's token has expired");
    this.code = code;
  }
}

/** How to read a user's claims. */
export interface ReadUserClaimsOptions extends ExpiryOptions {}

/** Times, which API Gateway turns into text, and its Cognito authorizer into dates. */
const times = ['exp', 'nbf', 'iat', 'auth_time'];

/**
 * Reads the user that an authorizer verified from the event of the backend's Lambda function. It reads what this project's
 * authorizer hands on, and what API Gateway's own JWT and Cognito authorizers do, so that a backend works before and after the
 * move from one to the other. Claims from those are given as they hand them on.
 *
 * @example
 * const { sub, scopes } = readUserClaims(event);
 *
 * @param event The event of a REST, HTTP (payload 1.0 or 2.0) or WebSocket API's Lambda integration.
 * @returns The claims, with times as numbers and scopes as a list on every kind of API.
 * @throws UserClaimsError There is no user, or the user's token has expired. A user without `sub`, or one of whose times
 *   is not a finite number, counts as absent.
 * @throws TypeError An option is not what its type says. The message names it.
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html}
 */
export function readUserClaims(event: unknown, options?: ReadUserClaimsOptions): UserClaims {
  const hasExpired = readExpiryOptions(options);
  const authorizer = ownProperty(ownProperty(event, 'requestContext'), 'authorizer');
  const native = nativeClaims(authorizer);
  const claims: Record<string, unknown> = native ? { ...native } : ownClaims(authorizer);
  for (const name of times) {
    if (Object.hasOwn(claims, name)) claims[name] = toSeconds(claims[name]);
  }
  const sub = ownProperty(claims, 'sub');
  const exp = ownProperty(claims, 'exp') as number | undefined;
  if (typeof sub !== 'string' || sub === '') throw new UserClaimsError('absent');
  if (exp === undefined || isNotInSeconds(exp)) throw new UserClaimsError('absent');
  if (hasExpired(exp)) throw new UserClaimsError('expired');
  return { ...claims, sub, exp, scopes: scopesOf(claims, authorizer, native !== undefined) };
}

/** Claims from API Gateway's own authorizers. HTTP APIs with payload 2.0 nest them in `jwt`. */
function nativeClaims(authorizer: unknown): Fields | undefined {
  const claims = ownProperty(ownProperty(authorizer, 'jwt'), 'claims') ?? ownProperty(authorizer, 'claims');
  return claims === undefined ? undefined : toFields(claims);
}

/** Claims from this project's authorizer. HTTP APIs with payload 2.0 nest them in `lambda`. */
function ownClaims(authorizer: unknown): Record<string, unknown> {
  return decodeContext(withoutPrefix(toFields(ownProperty(authorizer, 'lambda') ?? authorizer), userPrefix));
}

function toFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new UserClaimsError('absent');
  return value as Fields;
}

/** HTTP APIs' JWT authorizers turn a list into `[a b]`, and hand on the scopes that they have read. */
function scopesOf(claims: Fields, authorizer: unknown, isNative: boolean): string[] {
  const value =
    ownProperty(claims, 'scope') ??
    ownProperty(claims, 'scp') ??
    ownProperty(ownProperty(authorizer, 'jwt'), 'scopes');
  const words = (text: string) => (isNative ? text.replace(/^\[(.*)\]$/s, '$1') : text).split(' ');
  const list = typeof value === 'string' ? words(value) : Array.isArray(value) ? value : [];
  return list.filter((scope): scope is string => typeof scope === 'string' && scope !== '');
}

/** Undoes API Gateway's turning numbers into text, and the Cognito authorizer's into `Wed Nov 25 02:00:00 UTC 2026`. */
function toSeconds(value: unknown): number {
  const text = typeof value === 'string' ? value : '';
  const [, day, time, year] =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{2}) (\d{2}:\d{2}:\d{2}) UTC (\d{4})$/.exec(text) ?? [];
  const seconds = numberOf(day ? Date.parse(`${day} ${year} ${time} GMT`) / 1000 : value);
  if (seconds === undefined) throw new UserClaimsError('absent');
  return seconds;
}
