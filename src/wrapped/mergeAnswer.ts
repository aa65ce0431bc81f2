import { type AuthorizerContext, approovPrefix } from '../policy/context.ts';
import { denyFrom } from '../policy/policy.ts';
import { allows, statementsOf, type WrappedAnswer } from './wrappedAnswer.ts';

/** What Approov's checks add to the answer of the authorizer that is wrapped. */
export interface ApproovPart {
  /** Seconds since 1970 UTC at which an Allow ends. Undefined: never, in report-only. */
  readonly until: number | undefined;
  readonly context: AuthorizerContext;
}

/**
 * Adds Approov's part to an answer: a statement that denies every call once the token has expired, and Approov's context
 * under keys with a prefix. The other statements stay as they are, and so does an answer that allows nothing.
 *
 * A Deny overrides every Allow, so the policy allows exactly when the other one does and the token has not expired. A simple
 * response has no place for an end: a cached one lasts for the authorizer's TTL.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html}
 */
export function mergeAnswer(answer: WrappedAnswer, { until, context }: ApproovPart): WrappedAnswer {
  if (!allows(answer)) return answer;
  const { policyDocument } = answer;
  const merged = { ...answer, context: { ...prefixed(context), ...answer.context } };
  if (policyDocument === undefined || until === undefined) return merged;
  const Statement = [...statementsOf(policyDocument), { ...denyFrom(until) }];
  return { ...merged, policyDocument: { ...policyDocument, Statement } };
}

function prefixed(context: AuthorizerContext): AuthorizerContext {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [approovPrefix + key, value]));
}
