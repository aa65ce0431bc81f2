import type { AuthorizerContext, ContextValue, Decision } from '../decision.ts';
import { reasonOf } from '../errors.ts';
import type { ApproovClaims } from '../token/claims.ts';

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

/** Without these, the backend's readers refuse the request. */
const neverOmitted = ['exp', 'user_exp', 'user_sub'];

/** What a context is made of. */
type ContextFacts = Pick<
  Decision<never, unknown>,
  'claims' | 'binding' | 'messageSignature' | 'contentDigest' | 'reported' | 'mode' | 'ended'
>;

/**
 * The context of a request that passes. Over the largest size, the longest claims are left out first, and `omitted` lists
 * their names, separated by commas; `exp`, `user_exp` and `user_sub` always stay. A request that only report-only lets
 * through has nothing of its Approov token.
 *
 * @param names claims for the backend
 * @param user the user's claims, as `user_…`
 * @param largest the largest size, in bytes of its JSON
 */
export function contextOf(
  decision: ContextFacts,
  names: readonly string[],
  user: AuthorizerContext = {},
  largest = largestContext,
): AuthorizerContext {
  const { claims, contentDigest, mode, ended } = decision;
  const found = ended
    ? { mode, verdict: 'would-deny', reason: reasonOf(ended) }
    : { ...foundBy(decision), mode };
  const values = claims && !ended ? claimsContext(claims, names) : {};
  const others = { ...user, ...(contentDigest !== undefined && !ended && { contentDigest }) };
  const whole = { ...values, ...found, ...others };
  return sizeOf(whole) <= largest ? whole : withoutLongest(found, { ...values, ...others }, largest);
}

/** What the checks found about an allowed request. */
export function foundBy({ binding, messageSignature, reported }: ContextFacts) {
  return {
    ...(binding && { binding }),
    ...(messageSignature && { messageSignature }),
    ...(reported && { messageSignatureReason: reasonOf(reported) }),
  };
}

function claimsContext(claims: ApproovClaims, names: readonly string[]): AuthorizerContext {
  const values: AuthorizerContext = {};
  for (const name of names) {
    const value = Object.hasOwn(claims, name) ? flatClaim(claims[name]) : undefined;
    if (value !== undefined && !isReservedContextKey(name)) values[name] = value;
  }
  return values;
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
