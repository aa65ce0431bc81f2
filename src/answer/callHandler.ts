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
    const returned: unknown = handler(
      event,
      answeringWith(context, { done, succeed: resolve, fail: reject }),
      done,
    );
    const isAnswer = returned !== undefined && (isThenable(returned) || handler.length < 3);
    if (isAnswer) resolve(returned as Promise<Answer>);
  });
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}

/** Node.js 24 gives a context without these methods; it is then passed on as it is. */
function answeringWith<Context>(context: Context, methods: Readonly<Record<string, unknown>>): Context {
  const given = (context ?? {}) as Readonly<Record<string, unknown>>;
  const isOld = Object.keys(methods).some((name) => typeof given[name] === 'function');
  if (!isOld) return context;
  const own = Object.entries(methods).map(([name, value]) => [name, { value, enumerable: true }]);
  return Object.create(given, Object.fromEntries(own)) as Context;
}
