import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type Parameters, parameterNames, readParameters } from '../../../infra/serverless/parameters.ts';
import { stageVariables } from '../../../infra/serverless/stage.ts';
import { keepsRule, stackParameters } from '../../../infra/stack/parameters.ts';
import { settings } from '../../../src/config/settings.ts';
import { type PlanCase, planCases, planRefusals } from '../../cases/planCases.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov-AbC123';
const keyArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:account-key-AbC123';
const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1234-abcd';
const variables = (parameters: Parameters) => stageVariables(parameters, 'service-dev');

/** The parameters of a stage that asks for the same. */
function parametersOf({
  settings,
  ttlSeconds,
  identitySourceHeaders,
}: Omit<PlanCase, 'name' | 'expected'>): Parameters {
  return {
    settings,
    authorizerTtlSeconds: ttlSeconds === undefined ? undefined : String(ttlSeconds),
    identitySourceHeaders: identitySourceHeaders?.join(', '),
  };
}

suite('stage parameters', () => {
  for (const { name, expected, ...request } of planCases) {
    test(`the stage has what every stack has: ${name}`, () => {
      const { ttlSeconds, headers, webSocketHeaders = headers, readsSecret = true } = expected;
      const { readsAccountKey = false, isSimple = false, showsArc = false } = expected;
      const made = variables({ ...parametersOf(request), websocket: 'on' });
      // biome-ignore lint/suspicious/noExplicitAny: an event of one of three kinds
      const [get, post, , , connect] = made.helloEvents as any[];
      const sources = (prefix: string, names = headers) =>
        names.map((header) => `${prefix}request.header.${header}`);
      assert.equal(get.http.authorizer.resultTtlInSeconds, ttlSeconds);
      assert.equal(get.http.authorizer.identitySource ?? '', sources('method.').join(', '));
      assert.equal(post.http.authorizer, get.http.authorizer);
      assert.deepEqual(get.http.cors.headers, made.cors.headers);
      const { approov } = made.httpAuthorizers;
      assert.equal(approov.resultTtlInSeconds, ttlSeconds);
      assert.deepEqual(approov.identitySource ?? [], sources('$'));
      assert.equal(approov.enableSimpleResponses, isSimple);
      assert.deepEqual(connect.websocket.authorizer.identitySource, sources('route.', webSocketHeaders));
      const { APPROOV_SECRET_ID, APPROOV_ACCOUNT_KEY_ID, ...others } = made.environment;
      assert.equal(APPROOV_SECRET_ID !== undefined, readsSecret);
      assert.equal(APPROOV_ACCOUNT_KEY_ID !== undefined, readsAccountKey);
      assert.deepEqual(others, { APPROOV_DENIAL: 'policy', ...request.settings });
      const text = JSON.stringify(made.resources);
      assert.equal(text.includes('$context.authorizer.arc'), showsArc);
      assert.equal(text.includes('secretsmanager:GetSecretValue'), readsSecret || readsAccountKey);
    });
  }

  for (const { name, problem, hidesToken, ...request } of planRefusals) {
    test(`refuses ${name}`, () => {
      const parameters = { ...parametersOf(request), ...(hidesToken && { hideToken: 'on' }) };
      assert.throws(() => variables(parameters), { name: 'ParameterError', message: problem });
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
        settings: {
          APPROOV_ISSUER: 'example.approov.io',
          APPROOV_HTTP_API_RESPONSE: 'simple',
          APPROOV_DENIAL: 'unauthorized',
        },
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
      parameters: { secretArn, settings: { APPROOV_MESSAGE_SIGNING: 'account' }, accountKeyArn: keyArn },
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
  const keyset = { APPROOV_ALGORITHMS: 'RS256, ES256', APPROOV_KEYSET_JWKS_URI: keysetUri };

  test('a keyset alone needs no secret, and the function may read none', () => {
    for (const parameters of [{ settings: keyset }, { settings: keyset, secretArn: 'unused' }]) {
      const { environment, resources } = variables(parameters);
      assert.deepEqual(environment, {
        APPROOV_ALGORITHMS: 'RS256, ES256',
        APPROOV_KEYSET_JWKS_URI: keysetUri,
        APPROOV_DENIAL: 'policy',
      });
      assert.doesNotMatch(JSON.stringify(resources), /GetSecretValue|SecretsManager|kms:Decrypt/);
    }
  });

  test('a keyset with account message signing reads the account key alone', () => {
    const { resources } = variables({
      settings: { ...keyset, APPROOV_MESSAGE_SIGNING: 'any' },
      accountKeyArn: keyArn,
    });
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
    assert.deepEqual(bodies({ settings: { APPROOV_DENIAL_ARC: 'on' } }), [
      ['AccessDeniedResponse', '{"arc":"$context.authorizer.arc"}'],
    ]);
  });

  test('the HTTP API removes the token header before the backend, when that is asked for', () => {
    const { extensions } = variables({
      hideToken: 'on',
      settings: { APPROOV_TOKEN_HEADER: 'X-Token' },
    }).resources;
    assert.deepEqual(extensions.HttpApiIntegrationHello, {
      Properties: { RequestParameters: { 'remove:header.X-Token': "''" } },
    });
    assert.equal(variables({}).resources.extensions.HttpApiIntegrationHello, undefined);
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
      parameters: { secretArn, settings: { APPROOV_MESSAGE_SIGNING: 'account' } },
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
        HttpApiLogGroup: { LogGroupName: '/aws/vendedlogs/http-api/service-dev' },
        WebsocketsLogGroup: undefined,
      },
      rest: null,
    },
    {
      case: 'limits of every stage, environments of the authorizer, a runtime to come, and a key of every log group',
      parameters: {
        reservedConcurrency: '100',
        runtime: 'nodejs26.x',
        throttlingRateLimit: '500',
        throttlingBurstLimit: '1000',
        logKmsKeyArn,
      },
      changes: {
        AuthorizerLambdaFunction: { Runtime: 'nodejs26.x', ReservedConcurrentExecutions: 100 },
        HelloLambdaFunction: { Runtime: 'nodejs26.x' },
        HttpApiStage: { DefaultRouteSettings: throttling },
        WebsocketsDeploymentStage: { DefaultRouteSettings: { ...noExecutionLog, ...throttling } },
        AuthorizerLogGroup: { KmsKeyId: logKmsKeyArn },
        HelloLogGroup: { KmsKeyId: logKmsKeyArn },
        ApiGatewayLogGroup: { KmsKeyId: logKmsKeyArn },
        HttpApiLogGroup: {
          KmsKeyId: logKmsKeyArn,
          LogGroupName: '/aws/vendedlogs/http-api/service-dev',
        },
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
      case: 'a name for an ARN',
      parameters: { secretArn: 'approov' },
      message: /^secretArn must be the whole ARN/,
    },
    {
      case: 'an account key that is not used',
      parameters: { accountKeyArn: keyArn },
      message: /^accountKeyArn is only used with APPROOV_MESSAGE_SIGNING=account or any/,
    },
    {
      case: 'a secret that no algorithm needs',
      parameters: { settings: keyset, secretArn },
      message: /^secretArn must be unused or unset, because APPROOV_ALGORITHMS is without HS256/,
    },
    {
      case: 'no secret although HS256 needs one',
      parameters: { secretArn: 'unused' },
      message: /^secretArn must be an ARN, because APPROOV_ALGORITHMS has HS256/,
    },
    {
      case: 'an origin that would break out of the template',
      parameters: { corsOrigin: "'*'" },
      message: /^corsOrigin must be/,
    },
    {
      case: 'a runtime that is not Node.js',
      parameters: { runtime: 'python3.13' },
      message: /^runtime must be a Node.js runtime from nodejs22.x on/,
    },
  ];
  for (const { case: title, parameters, message } of wrong) {
    test(`refuses ${title}`, () => {
      assert.throws(() => variables(parameters), { name: 'ParameterError', message });
    });
  }

  const context = (params: object | null, ...param: string[]) => ({
    options: { param },
    resolveVariable: async (variable: string) => {
      const [source, name] = variable.replace(', null', '').split(':') as [string, string];
      if (source === 'self') return params;
      if (source === 'sls') return 'prod';
      const given = param.find((text) => text.startsWith(`${name}=`))?.split('=')[1];
      const groups = (params ?? {}) as Record<string, Record<string, unknown> | undefined>;
      return given ?? groups.prod?.[name] ?? groups.default?.[name] ?? null;
    },
  });

  test('settings of a stage, of all stages and of the command line reach the function', async () => {
    const params = {
      default: {
        APPROOV_ISSUER: 'i',
        APPROOV_BINDING_HEADERS: ['Authorization', 'X-Device'],
        secretArn: null,
      },
      prod: { APPROOV_CLOCK_TOLERANCE_SECONDS: 5, APPROOV_MODE: 'report-only' },
      other: { APPROOV_AUDIENCE: 'a' },
    };
    const { environment } = variables(await readParameters(context(params, 'APPROOV_MODE=enforce')));
    assert.deepEqual(environment, {
      APPROOV_SECRET_ID: { Ref: 'ApproovTokenSecret' },
      APPROOV_DENIAL: 'policy',
      APPROOV_ISSUER: 'i',
      APPROOV_BINDING_HEADERS: 'Authorization,X-Device',
      APPROOV_CLOCK_TOLERANCE_SECONDS: '5',
      APPROOV_MODE: 'enforce',
    });
  });

  const unknown: { case: string; params?: object; param?: string[]; message: string }[] = [
    {
      case: 'a mistyped parameter on the command line',
      param: ['memoryMegabyte=1'],
      message: 'unknown parameter memoryMegabyte: did you mean memoryMegabytes?',
    },
    {
      case: 'a mistyped setting on the command line',
      param: ['APPROOV_USERAUTH=jwt'],
      message: 'unknown parameter APPROOV_USERAUTH: did you mean APPROOV_USER_AUTH?',
    },
    {
      case: 'a mistyped setting of the stage',
      params: { prod: { APPROOV_BINDNG_HEADERS: 'Authorization' } },
      message: 'unknown parameter APPROOV_BINDNG_HEADERS: did you mean APPROOV_BINDING_HEADERS?',
    },
    {
      case: 'a mistyped setting of all stages',
      params: { default: { APPROOV_: null }, prod: null },
      message: 'unknown parameter APPROOV_: did you mean APPROOV_MODE?',
    },
    {
      case: "an option's name on the command line",
      param: ['bindingHeaders=Authorization'],
      message: 'unknown parameter bindingHeaders: did you mean APPROOV_BINDING_HEADERS?',
    },
    {
      case: "an option's name of the stage, which 0.1 took",
      params: { prod: { mode: 'enforce' } },
      message: 'unknown parameter mode: did you mean APPROOV_MODE?',
    },
  ];
  for (const { case: title, params = {}, param = [], message } of unknown) {
    test(`refuses ${title}`, async () => {
      await assert.rejects(readParameters(context(params, ...param)), { name: 'ParameterError', message });
    });
  }

  test("leaves other stages, and parameters that are somebody else's, alone", async () => {
    const params = { other: { APPROOV_BINDNG_HEADERS: 'x' }, prod: { tableName: 'x' } };
    assert.deepEqual(await readParameters(context(params)), { settings: {} });
  });

  test('refuses a value that is neither text nor a list', async () => {
    const params = { prod: { APPROOV_ISSUER: { text: 'x' } } };
    await assert.rejects(
      readParameters(context(params)),
      /^ParameterError: APPROOV_ISSUER must be text or a list/,
    );
  });

  test('reads none as unset where that is the default, and only there', async () => {
    const names = [...parameterNames, ...Object.values(settings).map(({ variable }) => variable)];
    const all = Object.fromEntries(names.map((name) => [name, 'none']));
    const { settings: given = {}, ...stack } = await readParameters(context({ default: all }));
    assert.deepEqual(
      Object.keys(stack),
      parameterNames.filter((name) => stackParameters[name].default !== 'none'),
    );
    // What none means for a setting is decided by the function's own rules.
    assert.equal(Object.keys(given).length, Object.keys(settings).length);
  });

  test('every default keeps its own rule', () => {
    for (const name of parameterNames) {
      const { rule, default: preset } = stackParameters[name];
      assert.ok(preset === 'none' || keepsRule(rule, String(preset)), name);
    }
  });

  test('serverless.yml lists every parameter of the stack, and no setting', () => {
    const yaml = readFileSync(new URL('../../../serverless.yml', import.meta.url), 'utf8');
    const block = /^ {2}default:\n((?: {4}.*\n)+)/m.exec(yaml)?.[1] ?? '';
    const listed = [...block.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name);
    assert.deepEqual(listed, parameterNames);
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
