import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { App, Duration, SecretValue, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  IdentitySource,
  MockIntegration,
  RequestAuthorizer,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpNoneAuthorizer, WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration, WebSocketMockIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PermissionsBoundary, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LayerVersion, Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { settings } from '../../../src/config/settings.ts';
import { type PlanCase, planCases, planRefusals } from '../../../test/cases/planCases.ts';
import { runTool } from '../../../test/verify/runTool.ts';
import { root } from '../../../test/verify/tools.ts';
import { observabilityResources } from '../../stack/observability/resources.ts';
import { ApproovAuthorizer, type ApproovAuthorizerProps, type ApproovSettings } from '../dist/lib/index.js';

type Props = Partial<ApproovAuthorizerProps>;

const secretOf = (scope: Construct, id = 'Secret') =>
  Secret.fromSecretNameV2(scope, id, `approov/${id.toLowerCase()}`);

/** A stack with an authorizer, and whatever the properties need. */
function make(props: Props | ((stack: Stack) => Props) = {}) {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const more = typeof props === 'function' ? props(stack) : props;
  const approov = new ApproovAuthorizer(stack, 'Approov', { secret: secretOf(stack), ...more });
  return { app, stack, approov };
}

/** An API of each kind, whose routes the authorizer guards. */
function addApis(stack: Stack, approov: ApproovAuthorizer) {
  const rest = new RestApi(stack, 'Rest');
  const authorizer = approov.restAuthorizer(rest);
  for (const method of ['GET', 'POST']) rest.root.addMethod(method, new MockIntegration(), { authorizer });
  const http = new HttpApi(stack, 'Http', {
    defaultAuthorizer: approov.httpAuthorizer(),
    corsPreflight: { allowOrigins: ['*'], allowHeaders: approov.corsHeaders },
  });
  const integration = new HttpUrlIntegration('Backend', 'https://backend.example.com');
  for (const path of ['/a', '/b']) http.addRoutes({ path, methods: [HttpMethod.GET], integration });
  const webSocket = new WebSocketApi(stack, 'WebSocket', {
    connectRouteOptions: {
      integration: new WebSocketMockIntegration('Connect'),
      authorizer: approov.webSocketAuthorizer(),
    },
  });
  return { rest, http, webSocket };
}

/** What a template gives API Gateway, by kind of API. */
function authorizersOf(template: Template) {
  const only = (type: string, kind: (properties: Record<string, unknown>) => boolean = () => true) => {
    const found = Object.values(template.findResources(type))
      .map(({ Properties }) => Properties)
      .filter(kind);
    assert.equal(found.length, 1, type);
    return found[0];
  };
  const v2 = 'AWS::ApiGatewayV2::Authorizer';
  return {
    rest: only('AWS::ApiGateway::Authorizer'),
    http: only(v2, ({ AuthorizerPayloadFormatVersion }) => AuthorizerPayloadFormatVersion === '2.0'),
    webSocket: only(v2, ({ AuthorizerPayloadFormatVersion }) => AuthorizerPayloadFormatVersion === undefined),
  };
}

const variablesOf = (template: Template): Record<string, unknown> => {
  const [authorizer] = Object.values(template.findResources('AWS::Lambda::Function'));
  return authorizer?.Properties.Environment.Variables;
};

/** The settings of a case as the construct takes them; what it does not know, as it is. */
function propsOf({ settings: given, ttlSeconds, identitySourceHeaders }: Omit<PlanCase, 'expected'>): Props {
  const entries = Object.entries(given).map(([variable, text]) => {
    const [name, setting] = Object.entries(settings).find(([, known]) => known.variable === variable) ?? [];
    if (setting === undefined) return [variable, text];
    if ('listOf' in setting.rule) return [name, text.split(',').map((item) => item.trim())];
    return [name, 'from' in setting.rule ? Number(text) : text];
  });
  return {
    settings: Object.fromEntries(entries) as ApproovSettings,
    ...(ttlSeconds !== undefined && { resultsCacheTtl: Duration.seconds(ttlSeconds) }),
    ...(identitySourceHeaders && { identitySourceHeaders: [...identitySourceHeaders] }),
  };
}

suite('what follows from the settings, as in every stack', () => {
  for (const planCase of planCases) {
    test(planCase.name, () => {
      const { headers, webSocketHeaders = headers, ttlSeconds, ...expected } = planCase.expected;
      const { stack, approov } = make((scope) => ({
        ...propsOf(planCase),
        ...(expected.readsSecret === false && { secret: undefined }),
        ...(expected.readsAccountKey && { accountKey: secretOf(scope, 'AccountKey') }),
      }));
      addApis(stack, approov);
      const template = Template.fromStack(stack);
      const { rest, http, webSocket } = authorizersOf(template);
      const sources = (prefix: string, names: readonly string[]) =>
        names.map((header) => `${prefix}request.header.${header}`).sort();
      const given = (value: string | readonly string[] = []) =>
        [value].flat().join().split(',').filter(Boolean).sort();
      assert.deepEqual(given(rest.IdentitySource), sources('method.', headers));
      assert.deepEqual(given(http.IdentitySource), sources('$', headers));
      assert.deepEqual(given(webSocket.IdentitySource), sources('route.', webSocketHeaders));
      assert.deepEqual(
        [rest, http].map(({ AuthorizerResultTtlInSeconds: ttl }) => ttl),
        [ttlSeconds, ttlSeconds],
      );
      assert.equal(http.EnableSimpleResponses, expected.isSimple ?? false);
      const variables = variablesOf(template);
      assert.equal('APPROOV_SECRET_ID' in variables, expected.readsSecret ?? true);
      assert.equal('APPROOV_ACCOUNT_KEY_ID' in variables, expected.readsAccountKey ?? false);
      for (const [name, value] of Object.entries(planCase.settings)) {
        assert.equal(variables[name], value.replaceAll(', ', ','), name);
      }
      const { readsSecret = true, readsAccountKey = false } = expected;
      const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
      const rights = policy?.Properties.PolicyDocument.Statement.map(
        ({ Action, Resource }: { Action: string | string[]; Resource: unknown }) => [
          [Action].flat()[0],
          Array.isArray(Resource) ? Resource.length : 1,
        ],
      );
      const secrets = Number(readsSecret) + Number(readsAccountKey);
      assert.deepEqual(rights, [
        ['logs:CreateLogStream', 1],
        ...(secrets > 0 ? [['secretsmanager:GetSecretValue', secrets]] : []),
      ]);
      const [api] = Object.values(template.findResources('AWS::ApiGatewayV2::Api')).flatMap(
        ({ Properties }) => Properties.CorsConfiguration ?? [],
      );
      const { corsHeaders = [] } = expected;
      const tokenHeader = planCase.settings.APPROOV_TOKEN_HEADER ?? 'Approov-Token';
      for (const header of [...corsHeaders, tokenHeader, 'Signature', 'Content-Digest']) {
        assert.ok(api.AllowHeaders.includes(header), header);
      }
      const responses = Object.values(template.findResources('AWS::ApiGateway::GatewayResponse'));
      assert.equal(responses.length, 4);
      const showsArc = JSON.stringify(responses).includes('$context.authorizer.arc');
      assert.equal(showsArc, expected.showsArc ?? false);
    });
  }

  // CDK's HTTP APIs belong to the app.
  for (const refusal of planRefusals.filter(({ hidesToken }) => !hidesToken)) {
    test(`is refused: ${refusal.name}`, () => {
      const accountKey = (scope: Construct) =>
        /account|any/.test(refusal.settings.APPROOV_MESSAGE_SIGNING ?? '')
          ? { accountKey: secretOf(scope, 'AccountKey') }
          : {};
      assert.throws(() => make((scope) => ({ ...propsOf(refusal), ...accountKey(scope) })), {
        name: 'Error',
        message: refusal.problem,
      });
    });
  }

  test('of two user pools that are made in the same app, and the addresses of their keys', () => {
    const { stack } = make((scope) => {
      const urls = ['A', 'B'].map((id) => new UserPool(scope, id).userPoolProviderUrl);
      return {
        settings: {
          userAuth: 'jwt',
          userIssuer: urls,
          userJwksUri: urls.map((url) => `${url}/.well-known/jwks.json`),
          userAudience: Token.asList({ Ref: 'Audiences' }),
        },
      };
    });
    const variables = variablesOf(Template.fromStack(stack));
    assert.match(JSON.stringify(variables.APPROOV_USER_ISSUER), /"A.*ProviderURL".*",".*"B.*ProviderURL"/);
    assert.deepEqual(variables.APPROOV_USER_AUDIENCE, { 'Fn::Join': [',', { Ref: 'Audiences' }] });
  });

  test('of a user pool that is made in the same app', () => {
    const { stack, approov } = make((scope) => {
      const users = new UserPool(scope, 'Users');
      return {
        settings: {
          userAuth: 'jwt',
          userIssuer: [users.userPoolProviderUrl],
          userAudience: [users.addClient('App').userPoolClientId],
        },
      };
    });
    addApis(stack, approov);
    assert.equal(
      authorizersOf(Template.fromStack(stack)).rest.IdentitySource,
      'method.request.header.Approov-Token,method.request.header.Authorization',
    );
  });
});

suite('the authorizers of APIs', () => {
  test('are REQUEST authorizers, of which the HTTP API has payload 2.0 and policies', () => {
    const { stack, approov } = make();
    addApis(stack, approov);
    const template = Template.fromStack(stack);
    const { rest, http, webSocket } = authorizersOf(template);
    assert.deepEqual(
      [rest.Type, http.AuthorizerType, webSocket.AuthorizerType],
      ['REQUEST', 'REQUEST', 'REQUEST'],
    );
    assert.equal(http.EnableSimpleResponses, false);
    template.resourcePropertiesCountIs('AWS::ApiGateway::Method', { AuthorizationType: 'CUSTOM' }, 2);
    template.resourcePropertiesCountIs('AWS::ApiGatewayV2::Route', { AuthorizationType: 'CUSTOM' }, 3);
  });

  test('alone may invoke the function, those of each API by a permission of its own', () => {
    const { stack, approov } = make();
    addApis(stack, approov);
    const template = Template.fromStack(stack);
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
    assert.equal(permissions.length, 3);
    for (const { Properties } of permissions) {
      assert.equal(Properties.Principal, 'apigateway.amazonaws.com');
      assert.match(JSON.stringify(Properties.SourceArn), /"\/authorizers\/\*"/);
    }
  });

  test('leave a route alone that asks for none', () => {
    const { stack, approov } = make();
    const { http } = addApis(stack, approov);
    const integration = new HttpUrlIntegration('Health', 'https://backend.example.com');
    http.addRoutes({ path: '/health', integration, authorizer: new HttpNoneAuthorizer() });
    Template.fromStack(stack).resourcePropertiesCountIs(
      'AWS::ApiGatewayV2::Route',
      { AuthorizationType: 'NONE' },
      1,
    );
  });

  test('of two constructs can be in one API', () => {
    const { stack, approov } = make();
    const { rest } = addApis(stack, approov);
    const bound = new ApproovAuthorizer(stack, 'Bound', {
      secret: secretOf(stack, 'SameSecret'),
      settings: { bindingHeaders: ['Authorization'] },
    });
    const authorizer = bound.restAuthorizer(rest);
    rest.root.addResource('me').addMethod('GET', new MockIntegration(), { authorizer });
    const template = Template.fromStack(stack);
    const found = Object.values(template.findResources('AWS::ApiGateway::Authorizer'));
    assert.equal(new Set(found.map(({ Properties }) => Properties.Name)).size, 2);
    template.resourceCountIs('AWS::ApiGateway::GatewayResponse', 4);
  });
});

suite('a REST API', () => {
  const deploymentOf = (props: Props, isGuarded = true) => {
    const { stack, approov } = make(props);
    const rest = new RestApi(stack, 'Rest');
    const guard = isGuarded ? { authorizer: approov.restAuthorizer(rest) } : {};
    rest.root.addMethod('GET', new MockIntegration(), guard);
    const [[id, deployment] = []] = Object.entries(
      Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'),
    );
    return { id, deployment };
  };

  test('is deployed again when the authorizer changes, and only then', () => {
    assert.notEqual(deploymentOf({}).id, deploymentOf({ settings: { tokenHeader: 'X-Token' } }).id);
    assert.notEqual(deploymentOf({}).id, deploymentOf({}, false).id);
    assert.equal(deploymentOf({}).id, deploymentOf({ settings: { logLevel: 'debug' } }).id);
  });

  test('is deployed after the authorizer and the gateway responses', () => {
    const { stack, approov } = make();
    addApis(stack, approov);
    const template = Template.fromStack(stack);
    const [deployment] = Object.values(template.findResources('AWS::ApiGateway::Deployment'));
    for (const type of ['AWS::ApiGateway::Authorizer', 'AWS::ApiGateway::GatewayResponse']) {
      for (const id of Object.keys(template.findResources(type))) {
        assert.ok(deployment?.DependsOn.includes(id), id);
      }
    }
  });

  test('answers a refusal with 401 and an empty object', () => {
    const { stack, approov } = make();
    addApis(stack, approov);
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'ACCESS_DENIED',
      StatusCode: '401',
      ResponseTemplates: { 'application/json': '{}' },
    });
  });

  test('keeps a gateway response that it has', () => {
    const { stack, approov } = make();
    const rest = new RestApi(stack, 'Rest');
    rest.addGatewayResponse('Denied', { type: ResponseType.ACCESS_DENIED, statusCode: '418' });
    rest.root.addMethod('GET', new MockIntegration(), { authorizer: approov.restAuthorizer(rest) });
    const found = Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::GatewayResponse'));
    assert.deepEqual(
      found
        .map(({ Properties }) => Properties)
        .filter(({ ResponseType: type }) => type === 'ACCESS_DENIED')
        .map(({ StatusCode }) => StatusCode),
      ['418'],
    );
  });

  test('that is imported gets the authorizer, and is deployed by its own stack', () => {
    const { stack, approov } = make();
    const rest = RestApi.fromRestApiAttributes(stack, 'Rest', {
      restApiId: 'abc123',
      rootResourceId: 'root',
    });
    rest.root.addMethod('GET', new MockIntegration(), { authorizer: approov.restAuthorizer(rest) });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::Authorizer', { RestApiId: 'abc123' });
  });
});

suite('two stacks', () => {
  test('of which the APIs’ depends on the function’s, but not the other way round', () => {
    const { app, stack, approov } = make();
    const apis = new Stack(app, 'Apis');
    addApis(apis, approov);
    app.synth();
    assert.deepEqual(stack.dependencies, []);
    Template.fromStack(apis).resourceCountIs('AWS::Lambda::Permission', 3);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 0);
  });

  test('depend on each other with the authorizer of CDK itself, which is why there is this one', () => {
    const { app, approov } = make();
    const apis = new Stack(app, 'Apis');
    const authorizer = new RequestAuthorizer(apis, 'Authorizer', {
      handler: approov.handler,
      identitySources: [IdentitySource.header('Approov-Token')],
    });
    new RestApi(apis, 'Rest').root.addMethod('GET', new MockIntegration(), { authorizer });
    assert.throws(() => app.synth(), /cyclic/);
  });
});

suite('the function', () => {
  test('has the runtime, the log format and the limits of all stacks', () => {
    Template.fromStack(make().stack).hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Architectures: ['arm64'],
      MemorySize: 512,
      Timeout: 9,
      LoggingConfig: { LogFormat: 'JSON' },
    });
  });

  test('has the concurrency and the key of its log that are asked for', () => {
    const { stack } = make((scope) => ({
      reservedConcurrentExecutions: 50,
      logEncryptionKey: new Key(scope, 'Key'),
    }));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 50 });
    const [keyId] = Object.keys(template.findResources('AWS::KMS::Key'));
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      KmsKeyId: { 'Fn::GetAtt': [keyId, 'Arn'] },
      RetentionInDays: 30,
    });
  });

  test('has no variable that is not asked for, and refuses with a Deny', () => {
    assert.deepEqual(Object.keys(variablesOf(Template.fromStack(make().stack))).sort(), [
      'APPROOV_DENIAL',
      'APPROOV_SECRET_ID',
    ]);
    assert.equal(variablesOf(Template.fromStack(make().stack)).APPROOV_DENIAL, 'policy');
  });

  test('gets each setting as its variable', () => {
    const { stack } = make({
      settings: {
        secretTtlSeconds: 120,
        bindingHeaders: ['Authorization', 'X-Device'],
        audience: ['a', 'b'],
        mode: 'report-only',
        issuer: 'approov',
      },
    });
    const { APPROOV_SECRET_ID: _secretId, ...variables } = variablesOf(Template.fromStack(stack));
    assert.deepEqual(variables, {
      APPROOV_AUDIENCE: 'a,b',
      APPROOV_BINDING_HEADERS: 'Authorization,X-Device',
      APPROOV_DENIAL: 'policy',
      APPROOV_ISSUER: 'approov',
      APPROOV_MODE: 'report-only',
      APPROOV_SECRET_TTL_SECONDS: '120',
    });
  });

  test('gets a value that only the deployment knows', () => {
    const { stack } = make((scope) => ({
      settings: { issuer: new UserPool(scope, 'Users').userPoolProviderUrl },
    }));
    assert.ok('Fn::GetAtt' in (variablesOf(Template.fromStack(stack)).APPROOV_ISSUER as object));
  });

  test('may read the secrets, decrypt with their key through Secrets Manager, and write its log', () => {
    const { stack } = make((scope) => ({
      secret: new Secret(scope, 'Own', { encryptionKey: new Key(scope, 'Key') }),
      accountKey: Secret.fromSecretCompleteArn(
        scope,
        'AccountKey',
        'arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov/account-AbCdEf',
      ),
      settings: { messageSigning: 'account' },
    }));
    const template = Template.fromStack(stack);
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const allowed = policy?.Properties.PolicyDocument.Statement.map(
      ({ Action, Effect }: { Action: string; Effect: string }) => [Effect, Action],
    );
    assert.deepEqual(allowed, [
      ['Allow', ['logs:CreateLogStream', 'logs:PutLogEvents']],
      ['Allow', 'secretsmanager:GetSecretValue'],
      ['Allow', 'kms:Decrypt'],
    ]);
    const decrypt = policy?.Properties.PolicyDocument.Statement[2];
    assert.match(JSON.stringify(decrypt.Condition), /"kms:ViaService":.*"secretsmanager\./);
  });

  test('may read a secret that is known by its name, and no other whose name begins with it', () => {
    const [policy] = Object.values(Template.fromStack(make().stack).findResources('AWS::IAM::Policy'));
    assert.match(JSON.stringify(policy), /secret:approov\/secret-\?\?\?\?\?\?"/);
  });

  test('may read no secret where all tokens are of a keyset', () => {
    const { stack } = make({
      secret: undefined,
      settings: { algorithms: ['ES256'], keysetJwksUri: 'https://keys.example.com/jwks.json' },
    });
    const template = Template.fromStack(stack);
    assert.ok(!('APPROOV_SECRET_ID' in variablesOf(template)));
    assert.doesNotMatch(JSON.stringify(template.findResources('AWS::IAM::Policy')), /secretsmanager/);
  });

  test('has no value of a secret in the template', () => {
    const { stack } = make((scope) => ({
      secret: new Secret(scope, 'Own', {
        secretStringValue: SecretValue.ssmSecure('/approov/secret'),
      }),
    }));
    assert.doesNotMatch(JSON.stringify(variablesOf(Template.fromStack(stack))), /ssm-secure|SecretString/);
  });
});

const refused: readonly { readonly name: string; readonly props: object; readonly message: RegExp }[] = [
  {
    name: 'a value that breaks its rule',
    props: { settings: { clockToleranceSeconds: 3600 } },
    message: /clockToleranceSeconds must be/,
  },
  {
    name: 'account message signing without its key',
    props: { settings: { messageSigning: 'account' } },
    message: /accountKey is required/,
  },
  {
    name: 'a header that only the deployment knows',
    props: { settings: { tokenHeader: Token.asString({ Ref: 'Header' }) } },
    message: /tokenHeader must be a header name/,
  },
  { name: 'no secret', props: { secret: undefined }, message: /secret is required/ },
  {
    name: 'a setting that does not exist',
    props: { settings: { bindngHeaders: ['Authorization'] } },
    message: /unknown setting bindngHeaders: did you mean bindingHeaders\?/,
  },
  {
    name: 'a secret as a setting',
    props: { settings: { secretId: 'approov' } },
    message: /secretId cannot be given: secret takes the secret/,
  },
  {
    name: 'the account key as a setting',
    props: { settings: { accountKeyId: 'approov' } },
    message: /accountKeyId cannot be given: accountKey takes the secret/,
  },
  {
    name: 'a setting among the further variables',
    props: { environment: { APPROOV_MODE: 'report-only' } },
    message: /APPROOV_MODE cannot be in environment: use settings/,
  },
  {
    name: 'a setting beside settings',
    props: { bindingHeaders: ['Authorization'] },
    message: /unknown property bindingHeaders: it is one of settings/,
  },
  {
    name: 'a property that does not exist',
    props: { setings: { mode: 'report-only' } },
    message: /unknown property setings/,
  },
  {
    name: 'a setting by its variable',
    props: { settings: { APPROOV_MODE: 'report-only' } },
    message: /unknown setting APPROOV_MODE: did you mean mode\?/,
  },
  ...[{ issuer: 'none' }, { bindingHeaders: ['none'] }].map((settings) => ({
    name: `the word none, which the function takes for unset: ${JSON.stringify(settings)}`,
    props: { settings },
    message: new RegExp(`${Object.keys(settings)} cannot be none: leave it out`),
  })),
  ...[{ mode: null }, { denialArc: true }, { bindingHeaders: [1] }, { userScopes: ['a,b'] }].map(
    (settings) => ({
      name: `a value of another type: ${JSON.stringify(settings)}`,
      props: { settings },
      message: new RegExp(`${Object.keys(settings)} must be`),
    }),
  ),
  {
    name: 'a runtime on which the bundle does not run',
    props: { runtime: new Runtime('nodejs20.x', RuntimeFamily.NODEJS) },
    message: /runtime must be a Node.js runtime from nodejs22/,
  },
  {
    name: 'a share over 100 percent',
    props: { refusalAlarmPercent: 101 },
    message: /refusalAlarmPercent must/,
  },
];

suite('properties', () => {
  for (const { name, props, message } of refused) {
    test(`are refused when the app is synthesised: ${name}`, () => {
      assert.throws(() => make(props), { name: 'Error', message });
    });
  }

  test('are refused with a key that would not be used', () => {
    assert.throws(
      () => make((scope) => ({ accountKey: secretOf(scope, 'AccountKey') })),
      /accountKey must be left out/,
    );
  });

  test('have the types that these tests use them with', async () => {
    await runTool(`${root}node_modules/.bin/tsc`, ['-p', 'infra/cdk/test/tsconfig.json'], { cwd: root });
  });

  test('have every setting that is not a secret, with the default of the function', () => {
    const { types } = JSON.parse(readFileSync(new URL('../.jsii', import.meta.url), 'utf8'));
    const declared: { name: string; docs: { default: string } }[] =
      types['approov-apigateway-authorizer-cdk.ApproovSettings'].properties;
    const expected = Object.entries(settings).flatMap(([name, setting]) => {
      if (['secretId', 'accountKeyId'].includes(name)) return [];
      const preset = name === 'denial' ? 'policy' : (setting as { defaultValue?: unknown }).defaultValue;
      return [[name, typeof preset === 'string' ? `'${preset}'` : preset]];
    });
    const documented = new Map(declared.map(({ name, docs }) => [name, docs.default]));
    assert.deepEqual([...documented.keys()].sort(), expected.map(([name]) => name).sort());
    for (const [name, preset] of expected) {
      const said = documented.get(name as string) ?? '';
      if (Array.isArray(preset)) assert.deepEqual(said, `[${preset.map((item) => `'${item}'`).join(', ')}]`);
      else if (preset !== undefined) assert.equal(said, String(preset), String(name));
      else assert.match(said, /^- /, String(name));
    }
  });
});

suite('what an organisation asks of a function', () => {
  test('is a network, layers, a role and a boundary', () => {
    const { stack, approov } = make((scope) => {
      const vpc = new Vpc(scope, 'Network');
      return {
        vpc,
        vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        securityGroups: [new SecurityGroup(scope, 'Group', { vpc })],
        layers: [
          LayerVersion.fromLayerVersionArn(
            scope,
            'Layer',
            'arn:aws:lambda:eu-west-1:123456789012:layer:otel:1',
          ),
        ],
        environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel' },
        runtime: new Runtime('nodejs22.x', RuntimeFamily.NODEJS),
        memorySize: 1024,
        logRetention: RetentionDays.ONE_WEEK,
      };
    });
    PermissionsBoundary.of(approov).apply(
      ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', 'arn:aws:iam::123456789012:policy/boundary'),
    );
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:otel:1'],
      VpcConfig: { SubnetIds: Match.anyValue(), SecurityGroupIds: [{ 'Fn::GetAtt': Match.anyValue() }] },
      Environment: { Variables: Match.objectLike({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel' }) },
      Runtime: 'nodejs22.x',
      MemorySize: 1024,
    });
    template.hasResourceProperties('AWS::IAM::Role', {
      PermissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary',
      ManagedPolicyArns: [
        { 'Fn::Join': ['', Match.arrayWith([':iam::aws:policy/service-role/AWSLambdaENIManagementAccess'])] },
      ],
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  test('a role of its own gets the rights that the function needs', () => {
    const { stack } = make((scope) => ({
      role: new Role(scope, 'Mine', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
    }));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::IAM::Role', 1);
    assert.match(JSON.stringify(template.findResources('AWS::IAM::Policy')), /secretsmanager:GetSecretValue/);
  });
});

suite('metrics, alarms and dashboard', () => {
  const expected = observabilityResources({
    functionName: 'f',
    logGroupName: 'l',
    namespace: 'n',
    dashboardName: 'd',
    refusalAlarmPercent: 25,
    alarmActions: [],
  });

  test('are those of the other stacks', () => {
    const template = Template.fromStack(make().stack);
    const countOf = (type: string) => Object.keys(template.findResources(type)).length;
    assert.equal(countOf('AWS::Logs::MetricFilter'), Object.keys(expected.filters).length);
    assert.equal(countOf('AWS::CloudWatch::Alarm'), Object.keys(expected.alarms).length);
    assert.equal(countOf('AWS::CloudWatch::Dashboard'), 1);
  });

  test('are in one namespace, which has the name of the function', () => {
    const template = Template.fromStack(make().stack);
    const namespaces = Object.values(template.findResources('AWS::Logs::MetricFilter')).map(
      ({ Properties }) => JSON.stringify(Properties.MetricTransformations[0].MetricNamespace),
    );
    const [functionId] = Object.keys(template.findResources('AWS::Lambda::Function'));
    assert.deepEqual(
      [...new Set(namespaces)],
      [JSON.stringify({ 'Fn::Sub': [`Approov/\${FunctionName}`, { FunctionName: { Ref: functionId } }] })],
    );
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Failures',
      Namespace: JSON.parse(namespaces[0] as string),
    });
  });

  test('notify the topic, and alarm at the share of refusals that is asked for', () => {
    const { stack } = make((scope) => ({ alarmTopic: new Topic(scope, 'Topic'), refusalAlarmPercent: 40 }));
    const template = Template.fromStack(stack);
    const [topicId] = Object.keys(template.findResources('AWS::SNS::Topic'));
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: topicId }],
      OKActions: [{ Ref: topicId }],
    });
    template.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { Threshold: 40 }, 1);
  });

  test('can be left out, and alarms can be given actions', () => {
    const none = make({ createAlarms: false, createDashboard: false });
    const template = Template.fromStack(none.stack);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    assert.deepEqual([none.approov.alarms, none.approov.dashboard], [{}, undefined]);
    const { stack, approov } = make();
    for (const alarm of Object.values(approov.alarms))
      alarm.alarmActions = ['arn:aws:sns:eu-west-1:123456789012:a'];
    Template.fromStack(stack).allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:a'],
    });
    assert.ok(approov.alarms.FailureAlarm && approov.dashboard);
  });
});
