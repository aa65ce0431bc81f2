/** Checked by the compiler: each line after `@ts-expect-error` must not compile, and every other line must. */
import type {
  APIGatewayAuthorizerResult,
  APIGatewayIAMAuthorizerWithContextResult,
  APIGatewayRequestAuthorizerHandler,
  APIGatewayRequestIAMAuthorizerHandlerV2,
  APIGatewayRequestSimpleAuthorizerHandlerV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import type { SettingName } from '../../src/config/settings.ts';
import {
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
  type PolicyResponse,
  type SimpleResponse,
} from '../../src/index.ts';

createAuthorizer({ secretId: 's', bindingHeaders: ['Authorization'], binding: 'if-present' });
createAuthorizer({ secretId: 's', audience: ['a.example.com', 'b.example.com'] });
createAuthorizer({ secretId: 's', audience: 'a.example.com' });
// @ts-expect-error null is not an option's value
createAuthorizer({ secretId: 's', issuer: null });
createAuthorizer({ algorithms: ['RS256'], keysetJwksUri: 'https://keys.example.com/jwks.json' });
// @ts-expect-error no such algorithm
createAuthorizer({ algorithms: ['HS512'], keysetJwks: 'k' });
const users = { userAuth: 'jwt', userIssuer: 'https://login.example.com', userAudience: 'app' } as const;
createAuthorizer({ secretId: 's', ...users, userAlgorithms: ['ES256'], userScopes: ['api/read'] });
// @ts-expect-error users' tokens have no symmetric algorithm
createAuthorizer({ secretId: 's', ...users, userAlgorithms: ['HS256'] });
// @ts-expect-error a key is required
createAuthorizer({});
// @ts-expect-error there is no such mode
createAuthorizer({ secretId: 's', mode: 'off' });
// @ts-expect-error seconds are numbers
createAuthorizer({ secretId: 's', secretTtlSeconds: '300' });
// @ts-expect-error there is no such option
createAuthorizer({ secretId: 's', ttl: 300 });

// Every setting is an option, and every option is a setting.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const isComplete: Same<keyof AuthorizerOptions, SettingName> = true;

// The answers are what AWS's types ask for, and may be changed.
declare const policy: PolicyResponse;
declare const simple: SimpleResponse;
const policyAnswer: APIGatewayAuthorizerResult = policy;
const iamAnswer: APIGatewayIAMAuthorizerWithContextResult<PolicyResponse['context']> = policy;
const simpleAnswer: APIGatewaySimpleAuthorizerWithContextResult<SimpleResponse['context']> = simple;
policy.context.tenant = 'x';
policy.policyDocument.Statement[0].Resource = '*';
simple.isAuthorized = false;
// @ts-expect-error REST APIs take no lists in a context
policy.context.list = [];

// Events that name a method are never answered with a simple response.
declare const authorizer: Authorizer;
const request: APIGatewayRequestAuthorizerHandler = async (event) => authorizer(event);
// @ts-expect-error it is not known which response to payload 2.0 is configured
const requestV2: APIGatewayRequestIAMAuthorizerHandlerV2 = async (event) => authorizer(event);

// The options of `createAuthorizer` determine the response to payload 2.0.
const withPolicy = createAuthorizer({ secretId: 's' });
const iam: APIGatewayRequestIAMAuthorizerHandlerV2 = async (event) => withPolicy(event);
const withSimple = createAuthorizer({ secretId: 's', httpApiResponse: 'simple' });
const simplest: APIGatewayRequestSimpleAuthorizerHandlerV2 = async (event) => withSimple(event);
const rest: APIGatewayRequestAuthorizerHandler = async (event) => withSimple(event);
// @ts-expect-error a policy is not a simple response
const mistaken: APIGatewayRequestSimpleAuthorizerHandlerV2 = async (event) => withPolicy(event);
declare const options: AuthorizerOptions;
const either: Authorizer = createAuthorizer(options);
void [isComplete, policyAnswer, iamAnswer, simpleAnswer, request, requestV2];
void [iam, simplest, rest, mistaken, either];
