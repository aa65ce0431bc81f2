import type { AuthorizerContext } from '../decision.ts';
import { Failure } from '../errors.ts';
import { type Fields, isObject, ownFields } from '../json.ts';
import { approovPrefix } from './context.ts';
import { denyFrom } from './policy.ts';

/** What an authorizer that is wrapped may answer, with the fields that matter here. */
export interface WrappedAnswer {
  readonly principalId?: string;
  readonly policyDocument?: Fields & { readonly Statement: Fields | readonly Fields[] };
  /** in place of a policy, where API Gateway takes a simple response */
  readonly isAuthorized?: boolean;
  readonly context?: Fields;
}

/**
 * Checks an authorizer's answer. It is taken as Lambda sends it, as JSON.
 *
 * @param acceptsSimpleResponse whether `isAuthorized` may be in it
 * @throws Failure `wrapped_authorizer_failed` when API Gateway could not use it, or when its context has keys that begin like
 *   Approov's
 */
export function readWrappedAnswer(answer: unknown, acceptsSimpleResponse: boolean): WrappedAnswer {
  const rawSent = asSent(answer);
  if (!isObject(rawSent)) throw malformed('is not an object');
  const sent = ownFields(rawSent);
  const { policyDocument, isAuthorized, principalId, context } = sent;
  if (policyDocument === undefined) {
    if (!acceptsSimpleResponse) throw malformed('has no policyDocument');
    if (typeof isAuthorized !== 'boolean') throw malformed('has neither a policyDocument nor isAuthorized');
  } else {
    if (!isPolicy(policyDocument))
      throw malformed('has a policyDocument without statements that allow or deny');
    if (typeof principalId !== 'string') throw malformed('has no principalId');
  }
  if (context != null && !isObject(context)) throw malformed('has a context that is not an object');
  if (Object.keys(context ?? {}).some((key) => key.startsWith(approovPrefix))) {
    throw failed(`the context of the wrapped authorizer has a key that begins with ${approovPrefix}`);
  }
  return sent as WrappedAnswer;
}

/** Whether an answer lets the request through. */
export function allows({ policyDocument, isAuthorized }: WrappedAnswer): boolean {
  if (policyDocument === undefined) return isAuthorized === true;
  return statementsOf(policyDocument).some(({ Effect }) => Effect === 'Allow');
}

/** The statements of a policy, of which there may be one without a list. */
export function statementsOf({ Statement }: NonNullable<WrappedAnswer['policyDocument']>): readonly Fields[] {
  return [Statement].flat() as readonly Fields[];
}

/** The failure of an authorizer that is wrapped. @param cause what it threw, never quoted */
export function failed(detail: string, cause?: unknown): Failure {
  return new Failure('wrapped_authorizer_failed', detail, { cause });
}

function malformed(fault: string): Failure {
  return failed(`the answer of the wrapped authorizer ${fault}`);
}

function asSent(answer: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(answer));
  } catch (error) {
    throw failed('the answer of the wrapped authorizer is not JSON', error);
  }
}

/** An unknown effect must not pass for none: whoever reads it otherwise may find an Allow without an end. */
function isPolicy(value: unknown): value is NonNullable<WrappedAnswer['policyDocument']> {
  if (!isObject(value)) return false;
  const statements: unknown[] = [ownFields(value).Statement].flat();
  return statements.every(
    (one) => isObject(one) && ['Allow', 'Deny'].includes(String(ownFields(one).Effect)),
  );
}

/**
 * Adds Approov's part to an answer: a statement that denies every call once the token has expired, and Approov's context
 * under keys with a prefix. The other statements stay as they are, and so does an answer that allows nothing.
 *
 * A Deny overrides every Allow, so the policy allows exactly when the other one does and the token has not expired. A simple
 * response has no place for an end: a cached one lasts for the authorizer's TTL.
 *
 * @param until seconds since 1970 UTC at which an Allow ends; undefined: never, in report-only
 * @param context each key begins with {@link approovPrefix}
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html}
 */
export function mergeAnswer(
  answer: WrappedAnswer,
  until: number | undefined,
  context: AuthorizerContext,
): WrappedAnswer {
  if (!allows(answer)) return { ...answer };
  const { policyDocument } = answer;
  const merged = { ...answer, context: { ...context, ...answer.context } };
  if (policyDocument === undefined || until === undefined) return merged;
  const Statement = [...statementsOf(policyDocument), { ...denyFrom(until) }];
  return { ...merged, policyDocument: { ...policyDocument, Statement } };
}

/** The callback of a Lambda handler. */
export type HandlerCallback<Answer> = (error?: Error | string | null, answer?: Answer) => void;

/**
 * A handler as Lambda calls it: it returns a promise, or answers with the callback.
 *
 * @typeParam Event what it takes
 * @typeParam Context Lambda's context
 * @typeParam Answer what it answers
 */
export type LambdaHandler<Event, Context, Answer> = (
  event: Event,
  context: Context,
  callback: HandlerCallback<Answer>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler with a callback returns nothing
) => Promise<Answer> | void;

/**
 * Calls a handler as Lambda does. The first answer counts: the promise, the callback, or the older methods of the context
 * (`succeed`, `fail`, `done`), which would otherwise answer past whoever wraps the handler.
 *
 * @returns the answer; it rejects with what the handler throws, or with the string that the callback was called with
 *
 * @internal
 */
export function callHandler<Event, Context, Answer>(
  handler: LambdaHandler<Event, Context, Answer>,
  event: Event,
  context: Context,
): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const done: HandlerCallback<Answer> = (error, answer) =>
      error == null ? resolve(answer) : reject(error);
    const given = answeringWith(context, { done, succeed: resolve, fail: reject });
    const returned: unknown = handler(event, given, done);
    const isThenable = typeof (returned as { then?: unknown } | null)?.then === 'function';
    if (returned !== undefined && (isThenable || handler.length < 3)) resolve(returned as Promise<Answer>);
  });
}

/** Node.js 24 gives a context without these methods; it is then passed on as it is. */
function answeringWith<Context>(context: Context, methods: Readonly<Record<string, unknown>>): Context {
  const given = (context ?? {}) as Readonly<Record<string, unknown>>;
  const isOld = Object.keys(methods).some((name) => typeof given[name] === 'function');
  if (!isOld) return context;
  const own = Object.entries(methods).map(([name, value]) => [name, { value, enumerable: true }]);
  return Object.create(given, Object.fromEntries(own)) as Context;
}
