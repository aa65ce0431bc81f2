import type { Config } from '../config/readConfig.ts';
import type { Verdict } from '../decision/verdict.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { type AllowDraft, anonymous } from './allowDraft.ts';
import { type AuthorizerContext, allowContext } from './context.ts';
import { allowPolicy, denyPolicy, type Policy } from './policy.ts';
import { policyResource } from './resource.ts';

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
 * Turns a verdict into API Gateway's terms: the one place where refusals and failures part.
 *
 * @param request undefined when the event could not be read: then there is nothing to allow, even in report-only
 * @throws Error `Unauthorized`, which API Gateway answers with 401; Failure, which it answers with 500
 */
export function respond(
  verdict: Verdict,
  request: ApiRequest | undefined,
  config: Config,
): AuthorizerResponse {
  const isReportOnly = config.mode === 'report-only';
  if (verdict.kind === 'failure' && !(request && isReportOnly)) throw verdict.failure;
  // Without a request there is only a failure.
  const { arn, acceptsSimpleResponse } = request as ApiRequest;
  const isSimple = acceptsSimpleResponse && config.httpApiResponse === 'simple';

  if (verdict.kind === 'allow') {
    const { draft, findings } = verdict;
    const context = allowContext(draft.claimsContext, findings, config.mode);
    return allow(draft, context);
  }
  const reason = verdict.kind === 'refusal' ? verdict.refusal.reason : verdict.failure.code;
  const resource = policyResource(arn, config.resourceScope);
  if (isReportOnly) {
    const policyDocument = allowPolicy(resource, undefined);
    return allow(
      { principalId: anonymous, policyDocument },
      { mode: config.mode, verdict: 'would-deny', reason },
    );
  }
  if (config.denial === 'unauthorized') throw unauthorized();
  const context = { reason };
  return isSimple
    ? { isAuthorized: false, context }
    : { principalId: anonymous, policyDocument: denyPolicy(resource), context };

  function allow(
    { principalId, policyDocument }: Pick<AllowDraft, 'principalId' | 'policyDocument'>,
    context: AuthorizerContext,
  ): AuthorizerResponse {
    return isSimple ? { isAuthorized: true, context } : { principalId, policyDocument, context };
  }
}

/** API Gateway knows it by its message alone; Lambda prints the stack with each one, so there is none. */
function unauthorized(): Error {
  const error = new Error('Unauthorized');
  error.stack = 'Error: Unauthorized';
  return error;
}
