import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type Parameters, readParameters, stageParameters } from '../../../infra/serverless/parameters.ts';
import { stageVariables } from '../../../infra/serverless/stage.ts';
import { keepsRule } from '../../../infra/stack/parameters.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov-AbC123';
const keyArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:account-key-AbC123';
const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1234-abcd';
const variables = (parameters: Parameters) => stageVariables(parameters, 'service-dev');

suite('stage parameters', () => {
  const cachings: { case: string; parameters: Parameters; ttl: number; rest: string | undefined }[] = [
    {
      case: 'by default 300 s for each token',
      parameters: {},
      ttl: 300,
      rest: 'method.request.header.Approov-Token',
    },
    {
      case: 'bound headers are identity sources',
      parameters: { tokenHeader: 'X-Token', bindingHeaders: 'Authorization, X-Device' },
      ttl: 300,
      rest: 'method.request.header.X-Token, method.request.header.Authorization, method.request.header.X-Device',
    },
    {
      case: 'headers that only some requests carry are no identity sources, and forbid the cache',
      parameters: { bindingHeaders: 'Authorization', binding: 'if-present' },
      ttl: 0,
      rest: 'method.request.header.Approov-Token',
    },
    {
      case: 'headers that are not checked are not identity sources',
      parameters: { bindingHeaders: 'Authorization', binding: 'off' },
      ttl: 300,
      rest: 'method.request.header.Approov-Token',
    },
    {
      case: 'message signing forbids the cache',
      parameters: { messageSigning: 'install' },
      ttl: 0,
      rest: 'method.request.header.Approov-Token',
    },
    {
      case: 'a policy for one method forbids the cache',
      parameters: { resourceScope: 'method' },
      ttl: 0,
      rest: 'method.request.header.Approov-Token',
    },
    {
      case: 'report-only asks nothing of a request',
      parameters: { mode: 'report-only' },
      ttl: 0,
      rest: undefined,
    },
    {
      case: 'time and further headers as given',
      parameters: { authorizerTtlSeconds: '60', identitySourceHeaders: 'approov-token, X-Tenant' },
      ttl: 60,
      rest: 'method.request.header.approov-token, method.request.header.X-Tenant',
    },
    {
      case: 'no identity source without a cache',
      parameters: { authorizerTtlSeconds: '0', identitySourceHeaders: 'X-Tenant' },
      ttl: 0,
      rest: 'method.request.header.X-Tenant',
    },
  ];
  for (const { case: title, parameters, ttl, rest } of cachings) {
    test(`caching: ${title}`, () => {
      const { helloEvents, httpAuthorizers } = variables({ ...parameters, websocket: 'on' });
      // biome-ignore lint/suspicious/noExplicitAny: an event of one of three kinds
      const [get, post, , , connect] = helloEvents as any[];
      assert.equal(get.http.authorizer.resultTtlInSeconds, ttl);
      assert.equal(get.http.authorizer.identitySource, rest);
      assert.equal(post.http.authorizer, get.http.authorizer);
      const { approov } = httpAuthorizers;
      assert.equal(approov.resultTtlInSeconds, ttl);
      assert.equal(approov.identitySource?.join(', '), rest?.replaceAll('method.', '$'));
      assert.equal(
        connect.websocket.authorizer.identitySource.join(', '),
        rest?.replaceAll('method.', 'route.') ?? '',
      );
    });
  }

  const environments: { case: string; parameters: Parameters; environment: object }[] = [
    {
      case: 'unset settings are absent, and a refusal is a Deny',
      parameters: {},
      environment: { APPROOV_SECRET_ID: { Ref: 'ApproovTokenSecret' }, APPROOV_DENIAL: 'policy' },
    },
    {
      case: 'given settings are passed on',
      parameters: {
        secretArn,
        issuer: 'example.approov.io',
        httpApiResponse: 'simple',
        denial: 'unauthorized',
      },
      environment: {
        APPROOV_SECRET_ID: secretArn,
        APPROOV_ISSUER: 'example.approov.io',
        APPROOV_HTTP_API_RESPONSE: 'simple',
        APPROOV_DENIAL: 'unauthorized',
      },
    },
    {
      case: 'account message signing brings its key',
      parameters: { secretArn, messageSigning: 'account', accountKeyArn: keyArn },
      environment: {
        APPROOV_SECRET_ID: secretArn,
        APPROOV_MESSAGE_SIGNING: 'account',
        APPROOV_ACCOUNT_KEY_ID: keyArn,
        APPROOV_DENIAL: 'policy',
      },
    },
  ];
  for (const { case: title, parameters, environment } of environments) {
    test(`environment: ${title}`, () => {
      assert.deepEqual(variables(parameters).environment, environment);
    });
  }

  const keysetUri = 'https://keys.example.com/jwks.json';
  const keysetAlone: Parameters = { algorithms: 'RS256, ES256', keysetJwksUri: keysetUri };

  test('a keyset alone needs no secret, and the function may read none', () => {
    for (const parameters of [keysetAlone, { ...keysetAlone, secretArn: 'unused' }]) {
      const { environment, resources } = variables(parameters);
      assert.deepEqual(environment, {
        APPROOV_ALGORITHMS: 'RS256, ES256',
        APPROOV_KEYSET_JWKS_URI: keysetUri,
        APPROOV_DENIAL: 'policy',
      });
      assert.doesNotMatch(JSON.stringify(resources), /GetSecretValue|SecretsManager|kms:Decrypt/);
    }
  });

  test('a keyset beside the secret keeps it', () => {
    const { environment, resources } = variables({ ...keysetAlone, algorithms: 'RS256,HS256' });
    assert.deepEqual(environment.APPROOV_SECRET_ID, { Ref: 'ApproovTokenSecret' });
    assert.match(JSON.stringify(resources), /GetSecretValue/);
  });

  test('a keyset with account message signing reads the account key alone', () => {
    const { resources } = variables({ ...keysetAlone, messageSigning: 'any', accountKeyArn: keyArn });
    const [, resource] =
      /"secretsmanager:GetSecretValue","Resource":("[^"]+"|[^}]+})/.exec(JSON.stringify(resources)) ?? [];
    assert.equal(resource, JSON.stringify(keyArn));
  });

  test('the ARC of a refused token is in the response to a Deny alone, when that is asked for', () => {
    const bodies = (parameters: Parameters) =>
      Object.entries(variables(parameters).resources.Resources).flatMap(([id, resource]) => {
        // biome-ignore lint/suspicious/noExplicitAny: a resource of any type
        const { Type, Properties } = resource as any;
        const template = Properties.ResponseTemplates?.['application/json'];
        return Type === 'AWS::ApiGateway::GatewayResponse' && template !== '{}' ? [[id, template]] : [];
      });
    assert.deepEqual(bodies({}), []);
    assert.deepEqual(bodies({ denialArc: 'on' }), [
      ['AccessDeniedResponse', '{"arc":"$context.authorizer.arc"}'],
    ]);
  });

  test('a token that may be in the query leaves the WebSocket API without identity sources', () => {
    const { helloEvents } = variables({ websocket: 'on', tokenQueryParameter: 'approov_token' });
    // biome-ignore lint/suspicious/noExplicitAny: an event of one of three kinds
    const [get, , , , connect] = helloEvents as any[];
    assert.equal(get.http.authorizer.identitySource, 'method.request.header.Approov-Token');
    assert.deepEqual(connect.websocket.authorizer.identitySource, []);
  });

  test('the HTTP API removes the token header before the backend, when that is asked for', () => {
    const { extensions } = variables({ hideToken: 'on', tokenHeader: 'X-Token' }).resources;
    assert.deepEqual(extensions.HttpApiIntegrationHello, {
      Properties: { RequestParameters: { 'remove:header.X-Token': "''" } },
    });
    assert.equal(variables({}).resources.extensions.HttpApiIntegrationHello, undefined);
  });

  test('simple answers are announced to the HTTP API', () => {
    const { approov } = variables({ httpApiResponse: 'simple' }).httpAuthorizers;
    assert.equal(approov.enableSimpleResponses, true);
  });

  const secrets: {
    case: string;
    parameters: Parameters;
    created: string[];
    readable: unknown;
    kms: boolean;
  }[] = [
    {
      case: 'created empty',
      parameters: {},
      created: ['ApproovTokenSecret'],
      readable: { Ref: 'ApproovTokenSecret' },
      kms: false,
    },
    {
      case: 'referred to',
      parameters: { secretArn, kmsKeyArn },
      created: [],
      readable: secretArn,
      kms: true,
    },
    {
      case: 'with an account key, one referred to and one created',
      parameters: { secretArn, messageSigning: 'account' },
      created: ['ApproovAccountKey'],
      readable: [secretArn, { Ref: 'ApproovAccountKey' }],
      kms: false,
    },
  ];
  for (const { case: title, parameters, created, readable, kms } of secrets) {
    test(`secrets: ${title}, and nothing else may be read`, () => {
      const { Resources } = variables(parameters).resources;
      const secrets = Object.entries(Resources).filter(([, resource]) =>
        JSON.stringify(resource).includes('"AWS::SecretsManager::Secret"'),
      );
      assert.deepEqual(
        secrets.map(([id]) => id),
        created,
      );
      const [read, ...others] = statementsOf(Resources.AuthorizerRole).filter(
        ({ Action }) => !isLogs(Action),
      );
      assert.deepEqual(read, {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: readable,
      });
      assert.deepEqual(
        others.map(({ Resource }) => Resource),
        kms ? [kmsKeyArn] : [],
      );
      assert.ok(statementsOf(Resources.HelloRole).every(({ Action }) => isLogs(Action)));
      assert.doesNotMatch(JSON.stringify(secrets), /SecretString|SecretBinary|GenerateSecretString/);
    });
  }

  const logKmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/5678-abcd';
  const throttling = { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 };
  const noExecutionLog = { LoggingLevel: 'OFF', DataTraceEnabled: false };
  const floods: { case: string; parameters: Parameters; changes: object; rest: object | null }[] = [
    {
      case: 'no limits, and the keys of AWS, by default',
      parameters: {},
      changes: {
        AuthorizerLambdaFunction: undefined,
        HttpApiStage: undefined,
        WebsocketsDeploymentStage: { DefaultRouteSettings: noExecutionLog },
        AuthorizerLogGroup: undefined,
        WebsocketsLogGroup: undefined,
      },
      rest: null,
    },
    {
      case: 'limits of every stage, environments of the authorizer, and a key of every log group',
      parameters: {
        reservedConcurrency: '100',
        throttlingRateLimit: '500',
        throttlingBurstLimit: '1000',
        logKmsKeyArn,
      },
      changes: {
        AuthorizerLambdaFunction: { ReservedConcurrentExecutions: 100 },
        HelloLambdaFunction: undefined,
        HttpApiStage: { DefaultRouteSettings: throttling },
        WebsocketsDeploymentStage: { DefaultRouteSettings: { ...noExecutionLog, ...throttling } },
        AuthorizerLogGroup: { KmsKeyId: logKmsKeyArn },
        HelloLogGroup: { KmsKeyId: logKmsKeyArn },
        ApiGatewayLogGroup: { KmsKeyId: logKmsKeyArn },
        HttpApiLogGroup: { KmsKeyId: logKmsKeyArn },
        WebsocketsLogGroup: { KmsKeyId: logKmsKeyArn },
      },
      rest: throttling,
    },
  ];
  for (const { case: title, parameters, changes, rest } of floods) {
    test(`flood: ${title}`, () => {
      const { resources, throttling } = variables({ ...parameters, websocket: 'on' });
      for (const [id, properties] of Object.entries(changes)) {
        const change = resources.extensions[id] as { Properties?: object } | undefined;
        assert.deepEqual(change?.Properties, properties, id);
      }
      assert.deepEqual(throttling, rest);
    });
  }

  test('flood: without a WebSocket API nothing of one is changed', () => {
    const { extensions } = variables({ logKmsKeyArn }).resources;
    assert.deepEqual(
      Object.keys(extensions).filter((id) => id.startsWith('Websockets')),
      [],
    );
  });

  const wrong: { case: string; parameters: Parameters; message: RegExp }[] = [
    {
      case: 'a rate without a burst',
      parameters: { throttlingRateLimit: '500' },
      message: /^throttlingRateLimit and throttlingBurstLimit must be given together/,
    },
    {
      case: 'a burst without a rate',
      parameters: { throttlingBurstLimit: '500' },
      message: /^throttlingRateLimit and throttlingBurstLimit must be given together/,
    },
    {
      case: 'no environment at all',
      parameters: { reservedConcurrency: '0' },
      message: /^reservedConcurrency must be a whole number from 1 to 999999/,
    },
    {
      case: 'a cache with message signing',
      parameters: { messageSigning: 'install', authorizerTtlSeconds: '300' },
      message: /^authorizerTtlSeconds must be 0: with message signing/,
    },
    {
      case: 'a cache with a policy for one method',
      parameters: { resourceScope: 'method', authorizerTtlSeconds: '1' },
      message: /^authorizerTtlSeconds must be 0: with resourceScope=method/,
    },
    {
      case: 'a cache with binding if present',
      parameters: { bindingHeaders: 'Authorization', binding: 'if-present', authorizerTtlSeconds: '1' },
      message: /^authorizerTtlSeconds must be 0: with binding=if-present/,
    },
    {
      case: 'a cache with report-only',
      parameters: { mode: 'report-only', authorizerTtlSeconds: '1' },
      message: /^authorizerTtlSeconds must be 0: with mode=report-only/,
    },
    {
      case: 'identity sources with report-only',
      parameters: { mode: 'report-only', identitySourceHeaders: 'Approov-Token' },
      message: /^identitySourceHeaders must be unset/,
    },
    {
      case: 'identity sources without a bound header',
      parameters: { bindingHeaders: 'Authorization', identitySourceHeaders: 'Approov-Token' },
      message: /^identitySourceHeaders must name Authorization/,
    },
    {
      case: 'an identity source twice',
      parameters: { identitySourceHeaders: 'Approov-Token, approov-token' },
      message: /^identitySourceHeaders must not name a header twice/,
    },
    {
      case: 'days that CloudWatch does not keep logs for',
      parameters: { logRetentionDays: '31' },
      message: /^logRetentionDays must be one of 1, 3, 5, 7,/,
    },
    {
      case: 'a time out of range',
      parameters: { authorizerTtlSeconds: '3601' },
      message: /^authorizerTtlSeconds must be a whole number from 0 to 3600/,
    },
    {
      case: "a setting that breaks the authorizer's rule",
      parameters: { secretTtlSeconds: '1e9', issuer: '' },
      message: /secretTtlSeconds must be a whole number.*issuer must be/,
    },
    {
      case: 'a name for an ARN',
      parameters: { secretArn: 'approov' },
      message: /^secretArn must be the whole ARN/,
    },
    {
      case: 'an account key that is not used',
      parameters: { accountKeyArn: keyArn },
      message: /^accountKeyArn is only used with messageSigning=account/,
    },
    {
      case: 'a secret that no algorithm needs',
      parameters: { ...keysetAlone, secretArn },
      message: /^secretArn must be unused or unset, for algorithms is without HS256/,
    },
    {
      case: 'no secret although HS256 needs one',
      parameters: { secretArn: 'unused' },
      message: /^secretArn must be an ARN, for algorithms has HS256/,
    },
    {
      case: 'an asymmetric algorithm without its keyset',
      parameters: { algorithms: 'RS256' },
      message: /algorithms has an asymmetric algorithm, which needs either keysetJwksUri or keysetJwks/,
    },
    {
      case: 'an origin that would break out of the template',
      parameters: { corsOrigin: "'*'" },
      message: /^corsOrigin must be/,
    },
  ];
  for (const { case: title, parameters, message } of wrong) {
    test(`refuses ${title}`, () => {
      assert.throws(() => variables(parameters), { name: 'ParameterError', message });
    });
  }

  test('refuses a mistyped parameter with the nearest name', async () => {
    const context = { options: { param: ['tokenHeadr=X'] }, resolveVariable: async () => null };
    await assert.rejects(readParameters(context), {
      message: 'unknown parameter tokenHeadr: did you mean tokenHeader?',
    });
  });

  test('reads none as unset where that is the default, and only there', async () => {
    const resolveVariable = async (variable: string) => (variable.endsWith(', null') ? 'none' : undefined);
    const parameters = await readParameters({ options: {}, resolveVariable });
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    const withDefault = Object.entries(stageParameters).filter(
      ([, parameter]) => parameter.default !== 'none',
    );
    assert.deepEqual(
      given.map(([name]) => name),
      withDefault.map(([name]) => name),
    );
  });

  test('every default keeps its own rule', () => {
    for (const [name, parameter] of Object.entries(stageParameters)) {
      const isKept = parameter.default === 'none' || keepsRule(parameter.rule, String(parameter.default));
      assert.ok(isKept, name);
    }
  });

  test('serverless.yml lists every parameter', () => {
    const yaml = readFileSync(new URL('../../../serverless.yml', import.meta.url), 'utf8');
    const block = /^ {2}default:\n((?: {4}.*\n)+)/m.exec(yaml)?.[1] ?? '';
    const listed = [...block.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name);
    assert.deepEqual(listed.toSorted(), Object.keys(stageParameters).sort());
  });
});

function isLogs(action: unknown): boolean {
  return [action].flat().every((name) => String(name).startsWith('logs:'));
}

// biome-ignore lint/suspicious/noExplicitAny: a role as CloudFormation has it
function statementsOf(role: any): Record<string, unknown>[] {
  return role.Properties.Policies.flatMap(
    ({ PolicyDocument }: { PolicyDocument: { Statement: object[] } }) => PolicyDocument.Statement,
  );
}
