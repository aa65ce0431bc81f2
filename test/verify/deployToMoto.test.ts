import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type AwsAnswer, awsCalls } from './awsCalls.ts';
import { type MotoServer, motoInSuite } from './motoServer.ts';
import { runTool } from './runTool.ts';
import { offline, root } from './tools.ts';

const service = 'approov-apigateway-dev';

/** `serverless deploy` itself; the resources are read back through the AWS API. */
suite('serverless deploy into moto', () => {
  const moto = motoInSuite();
  let ids: ApiIds;

  test('makes the three APIs', async (test) => {
    const parameters = [
      'websocket=on',
      'APPROOV_BINDING_HEADERS=Authorization',
      'throttlingRateLimit=500',
      'throttlingBurstLimit=1000',
    ];
    const args = ['deploy', ...parameters.map((parameter) => `--param=${parameter}`)];
    await runTool(`${root}node_modules/.bin/serverless`, args, {
      cwd: root,
      env: { ...offline, AWS_ENDPOINT_URL: moto().endpoint },
    });
    ids = await apiIds(moto());
    test.diagnostic(
      `not in moto, so asserted only on the template: ${moto().unsupportedTypes().join(', ')}; ` +
        `made by moto_resources.py: ${moto().addedTypes().join(', ')}`,
    );
  });

  test('the REST API: authorizer, methods, gateway responses', () => checkRestApi(moto(), ids.rest));

  test('the HTTP API: authorizer and routes', () =>
    checkV2Api(moto(), ids.http, '$request.header.', ['GET /hello', 'POST /hello']));

  test('the WebSocket API: authorizer and $connect', () =>
    checkV2Api(moto(), ids.websocket, 'route.request.header.', ['$connect']));

  test("the REST API's stage has the limits, which no template can give it", async () => {
    const [{ methodSettings }] = await awsCalls(moto().endpoint, [
      ['apigateway', 'get_stage', { restApiId: ids.rest, stageName: 'dev' }],
    ]);
    const { throttlingRateLimit, throttlingBurstLimit } = methodSettings['*/*'];
    assert.deepEqual([throttlingRateLimit, throttlingBurstLimit], [500, 1000]);
  });

  test('each API may call its authorizer, and no other may', () => checkPermissions(moto(), ids));

  test('alarms, metric filters and an empty secret', () => checkMonitoring(moto()));
});

interface ApiIds {
  readonly rest: string;
  readonly http: string;
  readonly websocket: string;
}

async function apiIds({ endpoint }: MotoServer): Promise<ApiIds> {
  const [rest, v2] = await awsCalls(endpoint, [
    ['apigateway', 'get_rest_apis', {}],
    ['apigatewayv2', 'get_apis', {}],
  ]);
  const ofProtocol = (protocol: string) =>
    v2.Items.find(({ ProtocolType }: AwsAnswer) => ProtocolType === protocol)?.ApiId;
  const ids = { rest: rest.items[0]?.id, http: ofProtocol('HTTP'), websocket: ofProtocol('WEBSOCKET') };
  for (const [kind, id] of Object.entries(ids)) {
    assert.equal(typeof id, 'string', `no ${kind} API was made`);
  }
  return ids;
}

async function checkRestApi({ endpoint }: MotoServer, restApiId: string): Promise<void> {
  const [authorizers, resources, responses] = await awsCalls(endpoint, [
    ['apigateway', 'get_authorizers', { restApiId }],
    ['apigateway', 'get_resources', { restApiId, embed: ['methods'] }],
    ['apigateway', 'get_gateway_responses', { restApiId }],
  ]);
  const [authorizer] = authorizers.items as [AwsAnswer];
  assert.equal(authorizer.type, 'REQUEST');
  assert.equal(authorizer.authorizerResultTtlInSeconds, 300);
  assert.match(
    authorizer.identitySource,
    /^method\.request\.header\.Approov-Token, ?method\.request\.header\.Authorization$/,
  );
  assert.match(authorizer.authorizerUri, new RegExp(`:function:${service}-authorizer/invocations$`));
  const hello = resources.items.find(({ path }: AwsAnswer) => path === '/hello');
  for (const [method, expected] of [
    ['GET', 'CUSTOM'],
    ['POST', 'CUSTOM'],
    ['OPTIONS', 'NONE'],
  ] as const) {
    // moto does not keep the authorizer of a method: serverlessPackage.test.ts asserts it.
    assert.equal(hello.resourceMethods[method].authorizationType, expected, method);
  }
  const statuses = responses.items.map(({ responseType, statusCode }: AwsAnswer) => [
    responseType,
    statusCode,
  ]);
  assert.deepEqual(statuses.sort(), [
    ['ACCESS_DENIED', '401'],
    ['AUTHORIZER_CONFIGURATION_ERROR', '500'],
    ['AUTHORIZER_FAILURE', '500'],
    ['UNAUTHORIZED', '401'],
  ]);
}

async function checkV2Api(
  { endpoint }: MotoServer,
  ApiId: string,
  selector: string,
  guarded: readonly string[],
) {
  const [routes] = await awsCalls(endpoint, [['apigatewayv2', 'get_routes', { ApiId }]]);
  const AuthorizerId = routes.Items.find((route: AwsAnswer) => route.AuthorizerId)?.AuthorizerId;
  // moto cannot list the authorizers of such an API.
  const [authorizer] = await awsCalls(endpoint, [
    ['apigatewayv2', 'get_authorizer', { ApiId, AuthorizerId }],
  ]);
  assert.equal(authorizer.AuthorizerType, 'REQUEST');
  assert.deepEqual(authorizer.IdentitySource, [`${selector}Approov-Token`, `${selector}Authorization`]);
  for (const key of guarded) {
    const route = routes.Items.find(({ RouteKey }: AwsAnswer) => RouteKey === key);
    assert.equal(route?.AuthorizationType, 'CUSTOM', key);
    assert.equal(route?.AuthorizerId, authorizer.AuthorizerId, key);
  }
}

async function checkPermissions({ endpoint }: MotoServer, ids: ApiIds): Promise<void> {
  const [policy] = await awsCalls(endpoint, [
    ['lambda', 'get_policy', { FunctionName: `${service}-authorizer` }],
  ]);
  const statements: AwsAnswer[] = JSON.parse(policy.Policy).Statement;
  for (const { Principal, Action } of statements) {
    assert.equal(Principal.Service, 'apigateway.amazonaws.com');
    assert.equal(Action, 'lambda:InvokeFunction');
  }
  const sources = statements.map(({ Condition }) => JSON.stringify(Condition));
  assert.equal(sources.length, Object.keys(ids).length, 'one permission an API');
  for (const [kind, id] of Object.entries(ids)) {
    const source = new RegExp(`:execute-api:eu-west-1:[0-9]{12}:${id}/authorizers/\\*"`);
    assert.ok(
      sources.some((text) => source.test(text)),
      `${kind}: its own authorizers alone`,
    );
  }
}

async function checkMonitoring({ endpoint }: MotoServer): Promise<void> {
  const [alarms, filters, secrets] = await awsCalls(endpoint, [
    ['cloudwatch', 'describe_alarms', {}],
    ['logs', 'describe_metric_filters', { logGroupName: `/aws/lambda/${service}-authorizer` }],
    ['secretsmanager', 'list_secrets', {}],
  ]);
  const names = alarms.MetricAlarms.map(({ AlarmName }: AwsAnswer) => AlarmName);
  for (const name of [
    'FailureAlarm',
    'RefusalAlarm',
    'StaleSecretAlarm',
    'StaleKeysetAlarm',
    'StaleUserKeysAlarm',
  ]) {
    assert.ok(
      names.some((made: string) => made.includes(name)),
      `${name} was not made, only ${names}`,
    );
  }
  assert.ok(filters.metricFilters.length > 0, 'no metric filters were made');
  const [secret] = secrets.SecretList as [AwsAnswer];
  assert.deepEqual(secret.SecretVersionsToStages ?? {}, {}, 'the secret is made empty');
}
