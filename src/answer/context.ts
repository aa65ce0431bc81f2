import type { Binding } from '../token/binding.ts';
import type { ApproovClaims } from '../token/claims.ts';

/** A context value. REST APIs accept no other types, and pass each on as a string. */
export type ContextValue = string | number | boolean;

/** What the backend receives at `requestContext.authorizer` (HTTP API 2.0: `.lambda`). */
export type AuthorizerContext = Record<string, ContextValue>;

/** Whether a message signature was verified, and which. `refused`: it was not, and that is only reported. */
export type MessageSignature = 'install' | 'account' | 'absent' | 'off' | 'refused';

/** What the checks found out, beside the claims. */
export interface Findings {
  readonly binding: Binding;
  readonly messageSignature: MessageSignature;
  /** With `refused`: the reason of the refusal, or the code of the failure. */
  readonly messageSignatureReason?: string | undefined;
  /** The Content-Digest header, when a verified signature covers it. */
  readonly contentDigest?: string | undefined;
}

/** The largest context, in bytes of its JSON. */
export const largestContext = 4096;

/** Claims that are never handed on: keys, and what binds the token. */
const secretClaims = ['pay', 'ipk'];

/** Names that the context itself uses. */
const ownNames = [
  'binding',
  'messageSignature',
  'messageSignatureReason',
  'contentDigest',
  'mode',
  'verdict',
  'reason',
  'omitted',
];

/**
 * Names that API Gateway uses in `requestContext.authorizer` or in `$context.authorizer` of an access log, for this or
 * another kind of authorizer.
 *
 * @see {@link
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html}
 */
const gatewayNames = [
  'principalId',
  'integrationLatency',
  'integrationStatus',
  'latency',
  'requestId',
  'status',
  'error',
  'usageIdentifierKey',
  'lambda',
  'jwt',
  'iam',
  'claims',
  'scopes',
];

const reservedNames: ReadonlySet<string> = new Set([
  ...secretClaims,
  ...ownNames,
  ...gatewayNames,
  '__proto__',
]);

/** How Approov's keys begin in the context of an authorizer that is wrapped. */
export const approovPrefix = 'approov_';

/**
 * How the names of other tokens' claims begin: the user's, and Approov's beside those of an authorizer around this one.
 */
const reservedPrefixes = ['user_', 'approov_'];

/**
 * Whether a claim of this name is never handed to the backend: it is secret, or would be mistaken for something else.
 */
export function isReservedContextKey(name: string): boolean {
  return reservedNames.has(name) || reservedPrefixes.some((prefix) => name.startsWith(prefix));
}

/** The claims of a token that the backend receives. */
export interface ClaimsContext {
  readonly values: AuthorizerContext;
  /** Size of their JSON. */
  readonly bytes: number;
}

/** @param names claims for the backend */
export function claimsContext(claims: ApproovClaims, names: readonly string[]): ClaimsContext {
  const values: Record<string, ContextValue> = {};
  for (const name of names) {
    const value = Object.hasOwn(claims, name) ? flatClaim(claims[name]) : undefined;
    if (value !== undefined && !isReservedContextKey(name)) values[name] = value;
  }
  return { values, bytes: sizeOf(values) };
}

/** Without these, the backend's readers refuse the request. */
const neverOmitted = ['exp', 'user_exp', 'user_sub'];

/**
 * The context of an allowed request. Over {@link largestContext} bytes, the longest claims are left out first, and
 * `omitted` lists their names, separated by commas; `exp`, `user_exp` and `user_sub` always stay.
 *
 * @param user the user's claims, as `user_…`
 * @param largest the largest size, in bytes of its JSON
 */
export function allowContext(
  { values, bytes }: ClaimsContext,
  { contentDigest, binding, messageSignature, messageSignatureReason }: Findings,
  mode: string,
  user: AuthorizerContext = {},
  largest = largestContext,
): AuthorizerContext {
  const found = {
    binding,
    messageSignature,
    ...(messageSignatureReason !== undefined && { messageSignatureReason }),
    mode,
  };
  const optional = { ...user, ...(contentDigest !== undefined && { contentDigest }) };
  const rest = { ...found, ...optional };
  const comma = bytes > '{}'.length ? 1 : 0;
  if (bytes + comma + sizeOf(rest) - '{}'.length <= largest) return { ...values, ...rest };
  return withoutLongest(found, { ...values, ...optional }, largest);
}

/**
 * The context of a request that report-only lets through: nothing of its Approov token, and the user's claims.
 *
 * @param reason the refusal's reason, or the failure's code
 */
export function wouldDenyContext(reason: string, user: AuthorizerContext = {}): AuthorizerContext {
  const found = { mode: 'report-only', verdict: 'would-deny', reason };
  const whole = { ...found, ...user };
  return sizeOf(whole) <= largestContext ? whole : withoutLongest(found, { ...user }, largestContext);
}

function withoutLongest(
  fixed: AuthorizerContext,
  optional: Record<string, ContextValue>,
  largest: number,
): AuthorizerContext {
  const longestFirst = Object.entries(optional).sort(([, a], [, b]) => sizeOf(b) - sizeOf(a));
  const omitted: string[] = [];
  for (const [name] of longestFirst) {
    if (neverOmitted.includes(name)) continue;
    delete optional[name];
    omitted.push(name);
    const rest = { ...optional, ...fixed, omitted: omitted.join(',') };
    if (sizeOf(rest) <= largest) return rest;
  }
  // The configured names alone are too long. A digest that is missing must not look unsigned.
  return { ...optional, ...fixed, ...(omitted.includes('contentDigest') && { omitted: 'contentDigest' }) };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * A claim as a context value: arrays and objects become JSON. Null and infinite numbers are left out: REST APIs would
 * answer them with a 500.
 */
export function flatClaim(value: unknown): ContextValue | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
}
