import { approovPrefix, contextOf } from '../answer/context.ts';
import { endOfAllow, respond, unauthorized } from '../answer/respond.ts';
import {
  callHandler,
  failed,
  type LambdaHandler,
  mergeAnswer,
  readWrappedAnswer,
  type WrappedAnswer,
} from '../answer/wrappedAnswer.ts';
import { headerName, readValue, ruleSentence } from '../config/rules.ts';
import { decide } from '../decide.ts';
import type { Decision } from '../decision.ts';
import { ConfigurationError } from '../errors.ts';
import type { ApiRequest, AuthorizerRequest } from '../event/apiRequest.ts';
import { headerValues } from '../event/headers.ts';
import { readAuthorizerEvent } from '../event/readEvent.ts';
import { ownFields } from '../json.ts';
import { httpApiWarning, startParts } from '../start.ts';
import { requireIdentitySource } from '../user/locateUserToken.ts';
import { type AuthorizerTools, checked } from './createAuthorizer.ts';
import { type AuthorizerOptions, ownProperties } from './options.ts';

/**
 * The settings of {@link withApproov}: those of `createAuthorizer` without the user check, in whose place the wrapped
 * authorizer is. `denial`, `resourceScope` and `httpApiResponse` concern the answers to requests that Approov refuses.
 */
export type WithApproovOptions = AuthorizerOptions & {
  readonly userAuth?: 'off' | undefined;
  /**
   * The handler is that of a TOKEN authorizer, and its `authorizationToken` is this header. A request without the header is
   * a 401, as it is with a TOKEN authorizer.
   */
  readonly authorizationTokenHeader?: string | undefined;
};

/**
 * Puts Approov's checks before an authorizer that you have. Its handler is called for requests that pass them. Its answer is
 * kept and ends with the Approov token: a statement is added that denies every call from then on. Its `principalId`,
 * `usageIdentifierKey` and context stay; Approov's context is added, each key with the prefix `approov_`, and
 * `readApproovContext` reads it. Call it once, outside the handler.
 *
 * Whatever headers the handler reads must be identity sources of the authorizer, as the token's header is.
 *
 * @example
 * import { authorize } from '../myAuthorizer.js';
 * // A Deny for what Approov refuses: AWS documents no 401 for what an authorizer of an HTTP API throws.
 * export const handler = withApproov(authorize, { secretId: 'approov/secret', denial: 'policy' });
 *
 * @example
 * // The handler of a TOKEN authorizer. In API Gateway the authorizer becomes one of type REQUEST.
 * export const handler = withApproov(authorizeToken, {
 *   secretId: 'approov/secret',
 *   denial: 'policy',
 *   authorizationTokenHeader: 'Authorization',
 * });
 *
 * @param handler answers with a promise or with the callback. An error `Unauthorized` from it stays a 401, any other is a
 *   `Failure` (500), and so is an answer that API Gateway could not use, or whose context has a key that begins with `approov_`
 * @param options {@link WithApproovOptions}
 * @param tools your own Secrets Manager client, and where the log goes
 * @returns a handler of a REQUEST authorizer, for every kind of API that the wrapped one is for
 * @throws ConfigurationError one error that names each wrong option and its rule
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html}
 */
export function withApproov<Event, Context, Answer>(
  handler: LambdaHandler<Event, Context, Answer>,
  options: WithApproovOptions & { readonly authorizationTokenHeader: string },
  tools?: AuthorizerTools,
): (event: unknown, context: Context) => Promise<Answer>;
export function withApproov<Event, Context, Answer>(
  handler: LambdaHandler<Event, Context, Answer>,
  options: WithApproovOptions,
  tools?: AuthorizerTools,
): (event: Event, context: Context) => Promise<Answer>;
export function withApproov<Context>(
  handler: LambdaHandler<never, Context, unknown>,
  options: WithApproovOptions,
  tools?: AuthorizerTools,
): (event: unknown, context: Context) => Promise<unknown> {
  const { authorizationTokenHeader, ...rest } = ownProperties('options', options);
  const [config, warnings, platform] = checked(rest as AuthorizerOptions, tools);
  const tokenHeader = checkedHeader(authorizationTokenHeader, config.tokenHeader);
  if (config.userAuth !== 'off')
    throw invalid('userAuth must be off, for the wrapped authorizer checks the user');
  const parts = startParts(config, warnings, platform);
  const warnOfHttpApi = httpApiWarning(parts);

  return async (event, context) => {
    const decision = await decide(() => readAuthorizerEvent(event), {
      ...parts,
      // `readAuthorizerEvent` made it, before the handler can change the event.
      next: (request) => callWrapped(request as AuthorizerRequest, event, context),
    });
    warnOfHttpApi(decision.request);
    const { user: wrapped } = decision;
    const approov: Decision<AuthorizerRequest> = Object.assign(Object.create(null), decision, {
      user: undefined,
    });
    if (!wrapped) return respond(approov, config);
    if (!wrapped.answer) throw unauthorized();
    const approovContext = contextOf(approov, config.contextClaims, {}, approovPrefix);
    return mergeAnswer(wrapped.answer, endOfAllow(approov, config), approovContext);
  };

  /** The wrapped authorizer's answer; undefined when it threw `Unauthorized`. */
  async function callWrapped(
    request: AuthorizerRequest,
    event: unknown,
    context: Context,
  ): Promise<{ readonly answer: WrappedAnswer | undefined }> {
    const asked = tokenHeader === undefined ? event : tokenEvent(request, event, tokenHeader);
    if (asked === undefined) return { answer: undefined };
    let answer: unknown;
    try {
      answer = await callHandler(handler as LambdaHandler<unknown, Context, unknown>, asked, context);
    } catch (error) {
      const message = typeof error === 'string' ? error : (error as Error | undefined)?.message;
      if (message === 'Unauthorized') return { answer: undefined };
      throw failed('the wrapped authorizer threw an error', error);
    }
    return { answer: readWrappedAnswer(answer, request.acceptsSimpleResponse) };
  }
}

/** The event of a TOKEN authorizer. Undefined when the request does not have the header once. */
function tokenEvent(request: ApiRequest, event: unknown, header: string): object | undefined {
  const [authorizationToken, ...others] = headerValues(request.headers, header);
  if (!authorizationToken || others.length > 0) return undefined;
  requireIdentitySource(request, authorizationToken.trim());
  const { methodArn, routeArn } = ownFields(event);
  return { type: 'TOKEN', methodArn: methodArn ?? routeArn, authorizationToken };
}

function checkedHeader(name: unknown, tokenHeader: string): string | undefined {
  if (name === undefined) return undefined;
  if (typeof name !== 'string' || readValue(headerName, name) === undefined) {
    throw invalid(`authorizationTokenHeader must be ${ruleSentence(headerName)}`);
  }
  if (name.toLowerCase() === tokenHeader.toLowerCase()) {
    throw invalid('authorizationTokenHeader must not name the header of the Approov token');
  }
  return name;
}

function invalid(problem: string): ConfigurationError {
  return new ConfigurationError(`Invalid configuration: ${problem}`);
}
