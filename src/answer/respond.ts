import { reasonOf, type Verdict } from '../errors.ts';
import type { AuthorizerRequest } from '../event/apiRequest.ts';
import type { ApproovClaims } from '../token/claims.ts';
import {
  type AuthorizerContext,
  allowContext,
  type ClaimsContext,
  claimsContext,
  type Findings,
  wouldDenyContext,
} from './context.ts';
import { allowPolicy, denyPolicy, type Policy, policyResource, type ResourceScope } from './policy.ts';

/**
 * What the answer to an allowed request is made of.
 *
 * @typeParam Draft what it takes from the token
 *
 * @internal
 */
export interface Allow<Draft = AllowDraft> {
  readonly draft: Draft;
  readonly findings: Findings;
}

/**
 * The settings that the answer depends on.
 *
 * @internal
 */
export interface ResponseSettings {
  readonly denial: 'unauthorized' | 'policy';
  /** Whether a Deny hands on the Attestation Response Code of a token whose signature does not verify. */
  readonly denialArc: 'off' | 'on';
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
 * What the answer depends on beside the verdict and the settings.
 *
 * @internal
 */
export interface ResponseFacts {
  /** Undefined when the event could not be read. */
  readonly request: AuthorizerRequest | undefined;
  /** Whether the request passes although Approov's checks refuse it. What the user's check finds is always enforced. */
  readonly mode: 'enforce' | 'report-only';
  /** Undefined when users are not checked. */
  readonly user: User | undefined;
}

/**
 * Turns a verdict into the answer to API Gateway. This is the one place where refusals and failures part.
 *
 * @throws Error `Unauthorized`, which REST and WebSocket APIs answer with 401, and for which HTTP APIs document nothing;
 *   Failure, which every API answers with 500
 *
 * @internal
 */
export function respond(
  verdict: Verdict<Allow>,
  { request, mode, user }: ResponseFacts,
  settings: ResponseSettings,
): AuthorizerResponse {
  const isReportOnly = mode === 'report-only';
  if (verdict.kind === 'failure' && !isReportOnly) throw verdict.failure;
  // Without a request, the verdict is a failure.
  const { arn, acceptsSimpleResponse } = request as AuthorizerRequest;
  const isSimple = acceptsSimpleResponse && settings.httpApiResponse === 'simple';

  const resource = policyResource(arn, settings.resourceScope);

  if (verdict.kind === 'allow') {
    const { draft, findings } = verdict.allow;
    const userEndsFirst = user !== undefined && user.until < draft.until;
    const policyDocument = userEndsFirst ? allowPolicy(resource, user.until) : draft.policyDocument;
    const context = allowContext(draft.claimsContext, findings, mode, user?.context);
    return allow({ principalId: draft.principalId, policyDocument }, context);
  }
  const reason = reasonOf(verdict);
  if (isReportOnly) {
    const policyDocument = allowPolicy(resource, user?.until);
    return allow({ principalId: anonymous, policyDocument }, wouldDenyContext(reason, user?.context));
  }
  // Who the user is is known: that is a 403.
  if (settings.denial === 'unauthorized' && reason !== 'user_scope_missing') throw unauthorized();
  const arc =
    verdict.kind === 'refusal' && settings.denialArc === 'on'
      ? verdict.refusal.details.unverifiedArc
      : undefined;
  const context = { reason, ...(arc !== undefined && { arc }) };
  return isSimple
    ? { isAuthorized: false, context }
    : { principalId: anonymous, policyDocument: denyPolicy(resource), context };

  function allow(
    { principalId, policyDocument }: Pick<AllowDraft, 'principalId' | 'policyDocument'>,
    context: AuthorizerContext,
  ): AuthorizerResponse {
    if (isSimple) return { isAuthorized: true, context };
    return { principalId: user?.principalId ?? principalId, policyDocument, context };
  }
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

/** The principal when the token names nobody. */
export const anonymous = 'approov';

/** The settings that an Allow depends on. */
export interface AllowSettings {
  readonly resourceScope: ResourceScope;
  /** Seconds. */
  readonly clockToleranceSeconds: number;
  /** Claims handed to the backend. */
  readonly contextClaims: readonly string[];
}

/** What an Allow takes from the token. */
export interface AllowDraft {
  readonly principalId: string;
  /** Seconds since 1970 UTC at which the policy ends. */
  readonly until: number;
  readonly policyDocument: Policy;
  readonly claimsContext: ClaimsContext;
}

/** Makes what an Allow takes from the token. */
export function draftAllow(
  claims: ApproovClaims,
  { arn }: AuthorizerRequest,
  settings: AllowSettings,
): AllowDraft {
  const until = claims.exp + settings.clockToleranceSeconds;
  return {
    principalId: claims.did || claims.sub || anonymous,
    until,
    policyDocument: allowPolicy(policyResource(arn, settings.resourceScope), until),
    claimsContext: claimsContext(claims, settings.contextClaims),
  };
}

/** What an answer takes from a verified user. */
export interface User {
  readonly principalId: string;
  /** Seconds since 1970 UTC at which an Allow ends, whatever the Approov token says. */
  readonly until: number;
  /** What the backend gets of the user, each key with the prefix `user_`. */
  readonly context: AuthorizerContext;
}
