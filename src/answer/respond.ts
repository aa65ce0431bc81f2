import { hash } from 'node:crypto';
import type { Config } from '../config/settings.ts';
import type { AuthorizerContext, Decision } from '../decision.ts';
import { Failure, Refusal, reasonOf } from '../errors.ts';
import type { AuthorizerRequest } from '../event/apiRequest.ts';
import { contextOf } from './context.ts';
import { type Policy, policyOf, policyResource } from './policy.ts';

/** Policy answer. @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html} */
export interface PolicyResponse {
  principalId: string;
  policyDocument: Policy;
  context: AuthorizerContext;
}

/** HTTP API 2.0 answer. @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html} */
export interface SimpleResponse {
  isAuthorized: boolean;
  context: AuthorizerContext;
}

/** What the authorizer returns to API Gateway. */
export type AuthorizerResponse = PolicyResponse | SimpleResponse;

/**
 * Turns a decision into the answer to API Gateway. This is the one place where refusals and failures part.
 *
 * @throws Error `Unauthorized`, which REST and WebSocket APIs answer with 401, and for which HTTP APIs document nothing;
 *   Failure, which every API answers with 500
 *
 * @internal
 */
export function respond(decision: Decision<AuthorizerRequest>, config: Config): AuthorizerResponse {
  const { ended, user } = decision;
  const passes = !ended || decision.mode === 'report-only';
  if (ended instanceof Failure && !passes) throw ended;
  // Without a request, a failure ended the decision.
  const { arn, acceptsSimpleResponse } = decision.request as AuthorizerRequest;
  const isSimple = acceptsSimpleResponse && config.httpApiResponse === 'simple';
  const resource = policyResource(arn, config.resourceScope);
  if (passes) {
    const context = contextOf(decision, config.contextClaims, user?.context);
    if (isSimple) return { isAuthorized: true, context };
    const policyDocument = policyOf('Allow', resource, endOfAllow(decision, config));
    return { principalId: principalOf(decision), policyDocument, context };
  }
  const reason = reasonOf(ended);
  // The user is known but lacks the scope: 403, not 401.
  if (config.denial === 'unauthorized' && reason !== 'user_scope_missing') throw unauthorized();
  const arc = config.denialArc === 'on' && ended instanceof Refusal ? ended.details.unverifiedArc : undefined;
  const context = { reason, ...(arc !== undefined && { arc }) };
  return isSimple
    ? { isAuthorized: false, context }
    : { principalId: defaultPrincipal, policyDocument: policyOf('Deny', resource), context };
}

/**
 * When an Allow ends: with the earlier of the two tokens. A request that only report-only lets through has no Approov token.
 *
 * @returns seconds since 1970 UTC; undefined: never
 *
 * @internal
 */
export function endOfAllow(
  { claims, ended, user }: Decision<AuthorizerRequest, Partial<NonNullable<Decision['user']>>>,
  { clockToleranceSeconds }: Pick<Config, 'clockToleranceSeconds'>,
): number | undefined {
  const ends = [user?.until, claims && !ended ? claims.exp + clockToleranceSeconds : undefined];
  const known = ends.filter((end) => end !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** The principal when the tokens name nobody. */
const defaultPrincipal = 'approov';

/** At most 128 printable ASCII characters without `"` and `\`. */
const plainPrincipal = /^[ !#-[\]-~]{1,128}$/;

/** The principal is in every line of the access log, so a name that is long or needs escaping is replaced by its hash. */
function principalOf({ claims, ended, user }: Decision<AuthorizerRequest>): string {
  const { did, sub } = (ended ? undefined : claims) ?? {};
  const name = user?.principalId || did || sub || defaultPrincipal;
  return plainPrincipal.test(name) ? name : `sha256:${hash('sha256', name).slice(0, 32)}`;
}

/**
 * API Gateway recognises it by its message alone. Lambda prints the stack of each one, so it has none.
 *
 * @internal
 */
export function unauthorized(): Error {
  const error = new Error('Unauthorized');
  error.stack = 'Error: Unauthorized';
  return error;
}
