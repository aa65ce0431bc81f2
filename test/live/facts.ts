import type { Api, ApiKind } from '../gateway/model/api.ts';

/** What others saw of an API that was deployed to AWS, in our words. */
export interface LiveFact {
  readonly fact: string;
  readonly source: string;
  /** When it was recorded or reported; of an assertion, when its source was last read here. */
  readonly date: string;
  /**
   * Asserted by a suite that deploys to AWS, a step by which AWS's developers verify such a deployment, recorded there, or
   * reported by somebody who tried it.
   */
  readonly basis: 'asserted' | 'verification steps' | 'recorded' | 'reported';
}

/** Implementations of API Gateway that a fact is compared with. */
export type Implementation = 'model' | 'ministack' | 'SAM CLI' | 'serverless-offline';

/** A status, for what this project's authorizer answers to the token. */
export interface StatusFact extends LiveFact {
  readonly kind: ApiKind;
  readonly token: 'good' | 'forged' | 'none';
  /** Settings of the authorizer beside `APPROOV_DENIAL=policy`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Status that the gateway response `ACCESS_DENIED` of a REST API has. */
  readonly accessDenied?: Api['accessDeniedStatus'];
  readonly status: number;
  readonly differences?: Partial<Record<Implementation, { readonly status: number; readonly why: string }>>;
}

/** Statuses for requests one after another, with another authorizer. */
export interface SequenceFact extends LiveFact {
  readonly kind: ApiKind;
  /** The authorizer's answer, in which `STAGE` stands for the stage's ARN; or the message of the error it throws. */
  readonly answer: object | string;
  /** Method and path of each request. */
  readonly requests: readonly string[];
  readonly statuses: readonly number[];
}

/** What an event has, for a request that an authorizer allows. */
export interface EventFact extends LiveFact {
  readonly kind: ApiKind;
  readonly of: 'authorizer' | 'backend';
  readonly request: {
    readonly method?: string;
    readonly path?: string;
    readonly query?: string;
    readonly headers?: readonly (readonly [string, string])[];
  };
  readonly context?: Readonly<Record<string, unknown>>;
  /** Fields of the event; undefined: it has no such field. */
  readonly event: object;
  /** Why the model's event is not compared. */
  readonly unmodelled?: string;
}

const github = 'https://github.com/';
const serverlessSuite = `${github}serverless/serverless/blob/`;
const httpSuite = `${serverlessSuite}ae3e61eec7950da607ba5342605dded828883784/test/integration/aws/http-api.test.js`;
const restSuite = `${serverlessSuite}6b7361b96b8bb9ed0131beaf9d989ecfc489461f/test/integration/aws/api-gateway.test.js`;
const samSuite = `${github}aws/serverless-application-model/blob/0756cc123590c5c6d039137437db849f79ae7cdf/integration/combination/test_api_with_authorizers.py`;
const chaliceSuite = `${github}aws/chalice/blob/08cd0ac46ef47350833fcf483ef9f5452a17a1ea/tests/aws/test_features.py`;
const cdk = `${github}aws/aws-cdk/blob/`;
const cdkTests = 'packages/@aws-cdk-testing/framework-integ/test';
const cdkHttp = `${cdk}0645ff61455e4e190ae2f4933f7ef6e85307971e/${cdkTests}/aws-apigatewayv2-authorizers/test/http/integ.lambda.ts`;
const cdkRest = `${cdk}3cdd768ac55c551ec660c5a6be1b00efd56537e4/${cdkTests}/aws-apigateway/test/authorizers/integ.request-authorizer.lit.ts`;
const localstack = `${github}localstack/localstack/blob/`;
const lambdaSnapshot = `${localstack}0ae53b67250fe7928bbb93be5adbe3848e4d32cd/tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json`;
const secretsSnapshot = `${localstack}099fa288d7f91ab35d8b97b60fbc951f514eabec/tests/aws/services/secretsmanager/test_secretsmanager.snapshot.json`;

const read = '2026-11-28';
const asserted = (source: string) => ({ source, date: read, basis: 'asserted' }) as const;
const stepped = (source: string) => ({ source, date: read, basis: 'verification steps' }) as const;
const recorded = (source: string, date: string) => ({ source, date, basis: 'recorded' }) as const;
const reported = (source: string, date: string) => ({ source, date, basis: 'reported' }) as const;

const simple = { APPROOV_HTTP_API_RESPONSE: 'simple' };
const thrown = { APPROOV_DENIAL: 'unauthorized' };
const http = { kind: 'http2', ...asserted(httpSuite) } as const;

export const statusFacts: readonly StatusFact[] = [
  { ...http, fact: 'HTTP API: an Allow', token: 'good', status: 200 },
  { ...http, fact: 'HTTP API: a Deny', token: 'forged', status: 403 },
  { ...http, fact: 'HTTP API: a simple yes', token: 'good', variables: simple, status: 200 },
  { ...http, fact: 'HTTP API: a simple no', token: 'forged', variables: simple, status: 403 },
  {
    ...stepped(cdkHttp),
    fact: 'HTTP API: no identity source',
    kind: 'http2',
    token: 'none',
    status: 401,
  },
  {
    fact: 'HTTP API: a Deny is a 401, somebody wrote',
    kind: 'http2',
    token: 'forged',
    status: 401,
    ...reported(`${github}localstack/localstack/issues/6057`, '2022-05-13'),
    differences: Object.fromEntries(
      (['model', 'ministack', 'SAM CLI', 'serverless-offline'] as const).map((implementation) => [
        implementation,
        {
          status: 403,
          why: 'a suite asserts 403; the report shows no request, and its answer is that to a missing identity source',
        },
      ]),
    ),
  },
  { fact: 'REST API: an Allow', kind: 'rest', token: 'good', status: 200, ...asserted(samSuite) },
  { fact: 'REST API: no identity source', kind: 'rest', token: 'none', status: 401, ...asserted(samSuite) },
  {
    fact: 'REST API: a Deny, without a gateway response',
    kind: 'rest',
    token: 'forged',
    accessDenied: 403,
    status: 403,
    ...stepped(cdkRest),
  },
  {
    fact: 'REST API: a Deny has the status of the gateway response ACCESS_DENIED',
    kind: 'rest',
    token: 'forged',
    accessDenied: 404,
    status: 404,
    ...reported(`${github}pulumi/pulumi-aws-apigateway/issues/423`, '2025-08-27'),
  },
  {
    fact: 'REST API: a thrown Unauthorized',
    kind: 'rest',
    token: 'forged',
    variables: thrown,
    status: 401,
    ...asserted(restSuite),
  },
];

const allow = (Resource: string) => ({
  principalId: 'p',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource }],
  },
});

export const sequenceFacts: readonly SequenceFact[] = [
  {
    fact: 'REST API: a cached Allow of one method refuses the next one',
    kind: 'rest',
    answer: allow('STAGE/GET/items'),
    requests: ['GET /items', 'GET /items', 'GET /items/1'],
    statuses: [200, 200, 403],
    ...reported(`${github}serverless/serverless/issues/6176`, '2019-05-28'),
  },
  {
    fact: 'REST API: a policy that allows nothing called',
    kind: 'rest',
    answer: allow('STAGE/GET/other'),
    requests: ['GET /items'],
    statuses: [403],
    ...recorded(`${github}aws/chalice/issues/971`, '2018-10-23'),
  },
  {
    fact: 'REST API: an error that is not Unauthorized',
    kind: 'rest',
    answer: 'token expired',
    requests: ['GET /items'],
    statuses: [500],
    ...recorded(`${github}auth0-samples/jwt-rsa-aws-custom-authorizer/pull/6`, '2018-10-16'),
  },
  {
    fact: 'REST API: an object in the context',
    kind: 'rest',
    answer: { ...allow('STAGE/*'), context: { claims: { exp: 1 } } },
    requests: ['GET /items'],
    statuses: [500],
    ...reported(`${github}dherault/serverless-offline/pull/1376`, '2022-04-13'),
  },
  {
    fact: 'HTTP API: JSON text in the context passes once, and is a 500 from the cache',
    kind: 'http1',
    answer: { ...allow('STAGE/*'), context: { claims: '{"sub":"user"}' } },
    requests: ['GET /items', 'GET /items'],
    statuses: [200, 500],
    ...recorded(`${github}mantil-io/mantil/issues/52`, '2021-10-12'),
  },
  {
    fact: 'WebSocket API: an Allow of stage/*/* does not open a connection',
    kind: 'websocket',
    answer: allow('STAGE/*/*'),
    requests: ['GET '],
    statuses: [403],
    ...reported(`${github}aws-powertools/powertools-lambda-python/issues/5800`, '2024-12-27'),
  },
];

export const eventFacts: readonly EventFact[] = [
  {
    fact: 'REST API: header names keep their case',
    kind: 'rest',
    of: 'backend',
    request: { headers: [['tEsT-HEADeR', 'aValUE']] },
    event: { headers: { 'tEsT-HEADeR': 'aValUE' }, multiValueHeaders: { 'tEsT-HEADeR': ['aValUE'] } },
    ...recorded(lambdaSnapshot, '2024-07-10'),
  },
  {
    fact: 'REST API: a path stays as it was sent',
    kind: 'rest',
    of: 'authorizer',
    request: { path: '/files/user/test%2Balias@gmail.com/plus/test+alias@gmail.com' },
    event: { path: '/files/user/test%2Balias@gmail.com/plus/test+alias@gmail.com' },
    ...recorded(lambdaSnapshot, '2024-07-10'),
  },
  {
    fact: 'REST API: a query is decoded, + as a space',
    kind: 'rest',
    of: 'authorizer',
    request: { query: 'email=test%2Balias@gmail.com&plus=test+alias@gmail.com&whitespace=foo%20bar' },
    event: {
      queryStringParameters: {
        email: 'test+alias@gmail.com',
        plus: 'test alias@gmail.com',
        whitespace: 'foo bar',
      },
    },
    ...recorded(lambdaSnapshot, '2024-07-10'),
  },
  {
    fact: 'REST API: several values of a parameter keep their order, and the last one stands alone',
    kind: 'rest',
    of: 'authorizer',
    request: { query: 'category=electronics&category=books&price=10&price=20&price=30' },
    event: {
      queryStringParameters: { category: 'books', price: '30' },
      multiValueQueryStringParameters: { category: ['electronics', 'books'], price: ['10', '20', '30'] },
    },
    ...recorded(lambdaSnapshot, '2024-07-10'),
  },
  {
    fact: 'REST API: a backend gets no Content-Length',
    kind: 'rest',
    of: 'backend',
    request: { headers: [['Content-Length', '25']] },
    event: { headers: { 'Content-Length': undefined } },
    ...recorded(lambdaSnapshot, '2024-07-10'),
  },
  {
    fact: 'REST API: parameters come in another order than they were sent',
    kind: 'rest',
    of: 'authorizer',
    request: { query: 'start_date=2018-01-01&end_date=2018-01-05' },
    event: { queryStringParameters: { end_date: '2018-01-05', start_date: '2018-01-01' } },
    unmodelled: 'which order is not known: every order of up to five parameters verifies a signature',
    ...recorded(`${github}aws/aws-sam-cli/issues/305`, '2018-02-15'),
  },
  {
    fact: 'REST API: the backend gets the context as text, null as null',
    kind: 'rest',
    of: 'backend',
    request: {},
    context: { str: 'hello', num: 123, bool: true, null: null },
    event: {
      requestContext: {
        authorizer: {
          str: 'hello',
          num: '123',
          bool: 'true',
          null: null,
          principalId: 'p',
          integrationLatency: 0,
        },
      },
    },
    ...recorded(`${github}DefinitelyTyped/DefinitelyTyped/pull/69823`, '2024-06-18'),
  },
  {
    fact: 'REST API: a context value reaches the backend',
    kind: 'rest',
    of: 'backend',
    request: {},
    context: { foo: 'bar' },
    event: { requestContext: { authorizer: { foo: 'bar' } } },
    ...asserted(chaliceSuite),
  },
  {
    fact: 'REST API: the principal reaches the backend',
    kind: 'rest',
    of: 'backend',
    request: {},
    event: { requestContext: { authorizer: { principalId: 'p' } } },
    ...asserted(restSuite),
  },
  {
    fact: 'WebSocket API: an authorizer’s event has a content-length of 0',
    kind: 'websocket',
    of: 'authorizer',
    request: {},
    event: { headers: { 'content-length': '0' } },
    unmodelled:
      'the model adds no header; a signature that covers the length of a body is not known to verify here',
    ...recorded(`${github}localstack/localstack/issues/7191`, '2022-11-16'),
  },
];

/** Of Secrets Manager, compared with the stand-in. */
export const secretFacts: readonly LiveFact[] = [
  {
    fact: 'AWSPREVIOUS moves to the version that was AWSCURRENT',
    ...recorded(secretsSnapshot, '2022-09-28'),
  },
  { fact: 'an unknown secret is not found, with a 400', ...recorded(secretsSnapshot, '2022-09-28') },
];

export const liveFacts: readonly LiveFact[] = [
  ...statusFacts,
  ...sequenceFacts,
  ...eventFacts,
  ...secretFacts,
];

/** The facts that an emulator with this project's own stack can show, as the template sets it up. */
export function factsOfStack(kinds: readonly ApiKind[]): readonly StatusFact[] {
  return statusFacts.filter(
    ({ kind, variables, accessDenied }) => kinds.includes(kind) && !variables && !accessDenied,
  );
}

/** The status that an implementation gives: that of AWS, unless it is known to differ. */
export function statusIn({ status, differences }: StatusFact, implementation: Implementation): number {
  return differences?.[implementation]?.status ?? status;
}
