import type { AllowedContext, ApproovContext } from '../backend/readApproovContext.ts';
import { ConfigurationError, Refusal } from '../errors.ts';
import { isWebRequest, type WebRequest } from '../event/webRequest.ts';
import type { AuthorizerTools } from './createAuthorizer.ts';
import { createVerifier, type EnforcingOptions } from './createVerifier.ts';
import type { AuthorizerOptions } from './options.ts';

/** The answer to a request that does not reach the handler, as a Lambda proxy integration or a function URL takes it. */
export interface GuardResponse {
  statusCode: 401 | 403 | 500;
  body: '';
}

/** A handler that gets what Approov's checks found out. */
export type GuardedHandler<Request, Context, Answer, Claims = ApproovContext> = (
  request: Request,
  context: Context,
  claims: Claims,
) => Answer | Promise<Answer>;

/** What a guarded handler answers: web handlers answer with a `Response` anyway. */
export type Guarded<Request, Answer> = Request extends WebRequest ? Answer : Answer | GuardResponse;

/**
 * Puts Approov's checks before the handler of a backend. A request that they refuse is a 401 with an empty body, and one that
 * they cannot decide about a 500; neither reaches the handler. Call it once, outside the handler.
 *
 * @example
 * export const handler = guardHandler(
 *   async (event, context, { did }) => ({ statusCode: 200, body: `Hello, ${did}!` }),
 *   { secretId: 'approov/secret' },
 * );
 *
 * @example
 * // A web handler gets a `Request`, and the guard answers with a `Response`.
 * export default { fetch: guardHandler((request, env, claims) => app.fetch(request, { claims }), options) };
 *
 * A handler that streams its response (`awslambda.streamifyResponse`) is refused: call `verify` of {@link createVerifier} in it.
 *
 * @param handler takes the event of a REST API, an HTTP API or a function URL, or a web `Request`; then the context of the
 *   call; then what `verify` of {@link createVerifier} gives. In report-only that may be a `would-deny`
 * @param options as for {@link createVerifier}. With a user check, a user without the scope is a 403
 * @param tools your own Secrets Manager client, and where the log goes
 * @throws ConfigurationError one error that names each wrong option and its rule, or the handler streams its response
 */
export function guardHandler<Request, Context, Answer>(
  handler: GuardedHandler<Request, Context, Answer, AllowedContext>,
  options: EnforcingOptions,
  tools?: AuthorizerTools,
): (request: Request, context?: Context) => Promise<Guarded<Request, Answer>>;
export function guardHandler<Request, Context, Answer>(
  handler: GuardedHandler<Request, Context, Answer>,
  options: AuthorizerOptions,
  tools?: AuthorizerTools,
): (request: Request, context?: Context) => Promise<Guarded<Request, Answer>>;
export function guardHandler(
  handler: GuardedHandler<unknown, unknown, unknown, never>,
  options: AuthorizerOptions,
  tools?: AuthorizerTools,
): (request: unknown, context: unknown) => Promise<unknown> {
  if ((handler as { readonly [streaming]?: unknown })[streaming]) throw streamingRefused();
  const { verify } = createVerifier(options, tools);
  const guarded = async (request: unknown, context: unknown) => {
    if (isWritable(context)) throw streamingRefused();
    let claims: ApproovContext;
    try {
      claims = await verify(request);
    } catch (error) {
      return answer(request, error);
    }
    return handler(request, context, claims as never);
  };
  // `awslambda.streamifyResponse` sets it.
  return Object.defineProperty(guarded, streaming, {
    set: () => {
      throw streamingRefused();
    },
  });
}

/**
 * Lambda's mark of a handler that answers by writing to a stream, which it gets as its second argument.
 *
 * @see {@link https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/UserFunction.js}
 */
const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');

/** A refusal would be returned, while Lambda waits for the stream to end until the function times out. */
function streamingRefused(): ConfigurationError {
  return new ConfigurationError(
    'Invalid configuration: guardHandler cannot guard a handler that streams its response: call createVerifier in it',
  );
}

function isWritable(value: unknown): boolean {
  const { write, end } = (value ?? {}) as { write?: unknown; end?: unknown };
  return typeof write === 'function' && typeof end === 'function';
}

/** A refusal is a 401, or a 403 where the user is known; everything else is a failure. */
function answer(request: unknown, error: unknown): GuardResponse | Response {
  const refused = error instanceof Refusal && error.reason === 'user_scope_missing' ? 403 : 401;
  const statusCode = error instanceof Refusal ? refused : 500;
  return isWebRequest(request) ? new Response(null, { status: statusCode }) : { statusCode, body: '' };
}
