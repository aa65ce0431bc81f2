import type { AuthorizerContext, ContextValue, Decision } from '../decision.ts';
import { reasonOf } from '../errors.ts';
import { encodeContextValue } from './contextValue.ts';

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

const reservedNames = new Set([...secretClaims, ...ownNames, ...gatewayNames, '__proto__']);

/** How Approov's keys begin in the context of an authorizer that is wrapped. */
export const approovPrefix = 'approov_';

/** How the names of the user's claims begin. */
export const userPrefix = 'user_';

/** Whether a claim of this name is never handed on, because it is secret or would be mistaken for something else. */
export function isReservedContextKey(name: string): boolean {
  return reservedNames.has(name) || name.startsWith(userPrefix) || name.startsWith(approovPrefix);
}

/** Without these, the backend's readers refuse the request, or take one issuer's user for another's. */
const neverOmitted = ['exp', 'user_exp', 'user_sub', 'user_iss'];

/** What a context is made of. */
type ContextFacts = Pick<
  Decision<never, unknown>,
  'claims' | 'binding' | 'messageSignature' | 'contentDigest' | 'reported' | 'mode' | 'ended'
>;

/**
 * The context of a request that passes. Over {@link largestContext}, the longest claims are left out first, and `omitted`
 * lists their names, separated by commas; what the backend's readers need always stays. A request that only report-only lets
 * through has nothing of its Approov token.
 *
 * @param names claims for the backend
 * @param user the user's claims, as `user_…`
 * @param prefix how each key begins
 */
export function contextOf(
  decision: ContextFacts,
  names: readonly string[],
  user: AuthorizerContext = {},
  prefix = '',
): AuthorizerContext {
  const { claims, contentDigest, mode, ended } = decision;
  const found: AuthorizerContext = ended
    ? { mode, verdict: 'would-deny', reason: reasonOf(ended) }
    : { ...foundBy(decision), mode };
  const digest = ended ? undefined : encodeContextValue(contentDigest);
  const optional = {
    ...(claims && !ended && encodeClaims(claims, names)),
    ...user,
    ...(digest !== undefined && { contentDigest: digest }),
  };
  const whole = withPrefix(prefix, { ...optional, ...found });
  return isSmall(whole) || sizeOf(whole) <= largestContext ? whole : withoutLongest(found, optional, prefix);
}

/** What the checks found about an allowed request. */
export function foundBy({ binding, messageSignature, reported }: ContextFacts) {
  return {
    ...(binding && { binding }),
    ...(messageSignature && { messageSignature }),
    ...(reported && { messageSignatureReason: reasonOf(reported) }),
  };
}

/**
 * Claims as context values. Those that are absent, reserved or have no value that an API would take are left out.
 *
 * @param prefix how each key begins
 */
export function encodeClaims(
  claims: Readonly<Record<string, unknown>>,
  names: readonly string[],
  prefix = '',
): AuthorizerContext {
  const values: AuthorizerContext = {};
  for (const name of names) {
    const value = Object.hasOwn(claims, name) ? encodeContextValue(claims[name]) : undefined;
    if (value !== undefined && (prefix !== '' || !isReservedContextKey(name))) values[prefix + name] = value;
  }
  return values;
}

function withoutLongest(
  fixed: AuthorizerContext,
  optional: Record<string, ContextValue>,
  prefix: string,
): AuthorizerContext {
  const longestFirst = Object.entries(optional).sort(([, a], [, b]) => sizeOf(b) - sizeOf(a));
  const names: string[] = [];
  for (const [name] of longestFirst) {
    if (neverOmitted.includes(name)) continue;
    delete optional[name];
    names.push(name);
    const omitted = encodeContextValue(names.join(',')) as string;
    const rest = withPrefix(prefix, { ...optional, ...fixed, omitted });
    if (sizeOf(rest) <= largestContext) return rest;
  }
  // The configured names alone are too long. A digest that is missing must not look unsigned.
  const omitted = names.includes('contentDigest') && { omitted: 'contentDigest' };
  return withPrefix(prefix, { ...optional, ...fixed, ...omitted });
}

function withPrefix(prefix: string, context: AuthorizerContext): AuthorizerContext {
  if (prefix === '') return context;
  return Object.fromEntries(Object.entries(context).map(([name, value]) => [prefix + name, value]));
}

/** Spares nearly every answer its JSON, in which a character takes six bytes at most. */
function isSmall(context: AuthorizerContext): boolean {
  let bytes = 2;
  for (const name of Object.keys(context)) bytes += 6 * (name.length + String(context[name]).length) + 6;
  return bytes <= largestContext;
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
