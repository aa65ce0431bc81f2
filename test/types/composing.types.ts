/** Checked by the compiler: each line after `@ts-expect-error` must not compile, and every other line must. */
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerHandler,
  APIGatewayRequestIAMAuthorizerHandlerV2,
  APIGatewayRequestSimpleAuthorizerHandlerV2,
  APIGatewayTokenAuthorizerHandler,
  Context,
  LambdaFunctionURLHandler,
} from 'aws-lambda';
import {
  type ApproovContext,
  createVerifier,
  Failure,
  type FailureCode,
  guardHandler,
  Refusal,
  type RefusalReason,
  withApproov,
} from '../../src/index.ts';

const options = { secretId: 's' };

// A wrapped authorizer has the type of the one that is wrapped.
declare const request: APIGatewayRequestAuthorizerHandler;
const wrappedRequest: APIGatewayRequestAuthorizerHandler = withApproov(request, options);
declare const iam: APIGatewayRequestIAMAuthorizerHandlerV2;
const wrappedIam: APIGatewayRequestIAMAuthorizerHandlerV2 = withApproov(iam, options);
declare const simple: APIGatewayRequestSimpleAuthorizerHandlerV2;
const wrappedSimple: APIGatewayRequestSimpleAuthorizerHandlerV2 = withApproov(simple, options);
const withCallback: APIGatewayRequestAuthorizerHandler = withApproov(
  ((_event, _context, callback) => callback('Unauthorized')) as APIGatewayRequestAuthorizerHandler,
  options,
);
// @ts-expect-error its answer is a simple response
const mistaken: APIGatewayRequestAuthorizerHandler = withApproov(simple, options);
// @ts-expect-error it answers events of payload 2.0
const mistakenToo: APIGatewayRequestSimpleAuthorizerHandlerV2 = withApproov(request, options);

// The handler of a TOKEN authorizer becomes one of a REQUEST authorizer.
declare const token: APIGatewayTokenAuthorizerHandler;
const fromToken: APIGatewayRequestAuthorizerHandler = withApproov(token, {
  ...options,
  authorizationTokenHeader: 'Authorization',
});
// @ts-expect-error it takes TOKEN events, and no header makes one
const withoutHeader: APIGatewayRequestAuthorizerHandler = withApproov(token, options);
// @ts-expect-error the wrapped authorizer checks the user
withApproov(request, { ...options, userAuth: 'jwt' });
// @ts-expect-error a key is required
withApproov(request, {});
// @ts-expect-error there is no such option
withApproov(request, { ...options, header: 'Authorization' });

// What the guard adds to an answer.
const rest: APIGatewayProxyHandler = guardHandler(
  async (event: APIGatewayProxyEvent, _context: Context, claims: ApproovContext) => ({
    statusCode: 200,
    body: `${event.path}${claims.verdict ?? claims.did}`,
  }),
  options,
);
const http: APIGatewayProxyHandlerV2 = guardHandler(
  async (event: APIGatewayProxyEventV2) => event.rawPath,
  options,
);
const functionUrl: LambdaFunctionURLHandler = guardHandler(async () => 'ok', options);
const web: (request: Request) => Promise<Response> = guardHandler(
  (asked: Request, _env, { exp }) => new Response(`${asked.url} ${exp}`),
  options,
);
declare const adapted: (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;
const express: APIGatewayProxyHandler = guardHandler(adapted, options);
// @ts-expect-error it answers web requests
const mixed: APIGatewayProxyHandler = guardHandler((asked: Request) => new Response(asked.url), options);

// Without report-only there are claims always, and they are not to be changed.
const { verify } = createVerifier(options);
const claims = await verify(rest);
const expiry: number = claims.exp;
// @ts-expect-error it is read-only
claims.exp = 5;

// In report-only, and when the mode is not known, there may be none.
const reported = await createVerifier({ ...options, mode: 'report-only' }).verify(rest);
// @ts-expect-error a would-deny has no claims
const { did } = reported;
if (reported.verdict === undefined) expiryOf(reported.exp);
else reasonOf(reported.reason);
guardHandler(async (_event, _context, { exp }) => expiryOf(exp), options);
// @ts-expect-error a would-deny has no claims
guardHandler(async (_event, _context, { exp }) => expiryOf(exp), { ...options, mode: 'report-only' });
declare function expiryOf(exp: number): void;
declare function reasonOf(reason: string): void;

// Errors have codes.
declare const error: unknown;
if (error instanceof Refusal) {
  const reason: RefusalReason = error.reason;
  void reason;
}
if (error instanceof Failure) {
  const code: FailureCode = error.code;
  void code;
}
declare const event: APIGatewayRequestAuthorizerEvent;
void [
  wrappedRequest,
  wrappedIam,
  wrappedSimple,
  withCallback,
  mistaken,
  mistakenToo,
  fromToken,
  withoutHeader,
];
void [expiry, did];
void [http, functionUrl, web, express, mixed, event];
