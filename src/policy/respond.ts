import type { Verdict } from '../decision/verdict.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { type AllowDraft, anonymous } from './allowDraft.ts';
import { type AuthorizerContext, allowContext, type Findings } from './context.ts';
import { allowPolicy, denyPolicy, type Policy } from './policy.ts';
import { policyResource, type ResourceScope } from './resource.ts';

/** What the answer to an allowed request is made of. */
export interface Allow {
  readonly draft: AllowDraft;
  readonly findings: Findings;
}

/** The settings that the answer depends on. */
export interface ResponseSettings {
  readonly mode: 'enforce' | 'report-only';
  readonly denial: 'unauthorized' | 'policy';
  readonly httpApiResponse: 'policy' | 'simple';
  readonly resourceScope: ResourceScope;
}

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
 * Turns a verdict into the answer to API Gateway. This is the one place where refusals and failures part.
 *
 * @param request undefined when the event could not be read: then there is nothing to allow, even in report-only
 * @throws Error `Unauthorized`, which REST and WebSocket APIs answer with 401, and for which HTTP APIs document nothing;
 *   Failure, which every API answers with 500
 */
export function respond(
  verdict: Verdict<Allow>,
  request: ApiRequest | undefined,
  settings: ResponseSettings,
): AuthorizerResponse {
  const isReportOnly = settings.mode === 'report-only';
  if (verdict.kind === 'failure' && !(request && isReportOnly)) throw verdict.failure;
  // Without a request, the verdict is a failure.
  const { arn, acceptsSimpleResponse } = request as ApiRequest;
  const isSimple = acceptsSimpleResponse && settings.httpApiResponse === 'simple';

  if (verdict.kind === 'allow') {
    const { draft, findings } = verdict.allow;
    const context = allowContext(draft.claimsContext, findings, settings.mode);
    return allow(draft, context);
  }
  const reason = verdict.kind === 'refusal' ? verdict.refusal.reason : verdict.failure.code;
  const resource = policyResource(arn, settings.resourceScope);
  if (isReportOnly) {
    const policyDocument = allowPolicy(resource, undefined);
    return allow(
      { principalId: anonymous, policyDocument },
      { mode: settings.mode, verdict: 'would-deny', reason },
    );
  }
  if (settings.denial === 'unauthorized') throw unauthorized();
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

/** API Gateway recognises it by its message alone. Lambda prints the stack of each one, so it has none. */
function unauthorized(): Error {
  const error = new Error('Unauthorized');
  error.stack = 'Error: Unauthorized';
  return error;
}
