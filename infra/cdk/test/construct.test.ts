import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { App, Duration, SecretValue, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
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
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { settings } from '../../../src/config/settings.ts';
import { runTool } from '../../../test/verify/runTool.ts';
import { root } from '../../../test/verify/tools.ts';
import { observabilityResources } from '../../stack/observability/resources.ts';
import {
  ApproovAuthorizer,
  type ApproovAuthorizerProps,
  Binding,
  LogLevel,
  MessageSigning,
  Mode,
  ResourceScope,
  UserAuth,
} from '../dist/lib/index.js';

type Props = Partial<ApproovAuthorizerProps>;

const secretOf = (scope: Construct, id = 'Secret') => Secret.fromSecretNameV2(scope, id, 'approov/secret');

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
  const http = new HttpApi(stack, 'Http', { defaultAuthorizer: approov.httpAuthorizer() });
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

const cachings: readonly {
  readonly name: string;
  readonly props: Props | ((stack: Stack) => Props);
  readonly headers: readonly string[];
  /** Where they are others. */
  readonly webSocketHeaders?: readonly string[];
  readonly ttl: number;
}[] = [
  { name: 'by default', props: {}, headers: ['Approov-Token'], ttl: 300 },
  { name: 'with another header', props: { tokenHeader: 'X-Token' }, headers: ['X-Token'], ttl: 300 },
  {
    name: 'with binding',
    props: { bindingHeaders: ['Authorization', 'X-Device'] },
    headers: ['Approov-Token', 'Authorization', 'X-Device'],
    ttl: 300,
  },
  {
    name: 'with binding if present',
    props: { bindingHeaders: ['Authorization'], binding: Binding.IF_PRESENT },
    headers: ['Approov-Token'],
    ttl: 0,
  },
  { name: 'in report-only', props: { mode: Mode.REPORT_ONLY }, headers: [], ttl: 0 },
  {
    name: 'with message signing',
    props: { messageSigning: MessageSigning.INSTALL },
    headers: ['Approov-Token'],
    ttl: 0,
  },
  {
    name: 'with method scope',
    props: { resourceScope: ResourceScope.METHOD },
    headers: ['Approov-Token'],
    ttl: 0,
  },
  {
    name: 'with a user pool that is made in the same app',
    props: (stack) => {
      const users = new UserPool(stack, 'Users');
      return {
        userAuth: UserAuth.JWT,
        userIssuer: [users.userPoolProviderUrl],
        userAudience: [users.addClient('App').userPoolClientId],
      };
    },
    headers: ['Approov-Token', 'Authorization'],
    ttl: 300,
  },
  {
    name: 'with tokens in the query of a handshake',
    props: { tokenQueryParameter: 'token' },
    headers: ['Approov-Token'],
    webSocketHeaders: [],
    ttl: 300,
  },
  {
    name: 'with a time that is asked for',
    props: { authorizerTtl: Duration.minutes(1) },
    headers: ['Approov-Token'],
    ttl: 60,
  },
];

describe('the authorizers of APIs', () => {
  for (const { name, props, headers, webSocketHeaders = headers, ttl } of cachings) {
    it(`have the identity sources and the time to live that the settings allow, ${name}`, () => {
      const { stack, approov } = make(props);
      addApis(stack, approov);
      const { rest, http, webSocket } = authorizersOf(Template.fromStack(stack));
      const sources = (prefix: string, names = headers) =>
        names.map((header) => `${prefix}request.header.${header}`);
      assert.equal(rest.IdentitySource, headers.length === 0 ? undefined : sources('method.').join(','));
      assert.equal(rest.AuthorizerResultTtlInSeconds, ttl);
      assert.deepEqual(http.IdentitySource ?? [], sources('$'));
      assert.equal(http.AuthorizerResultTtlInSeconds, ttl);
      assert.deepEqual(webSocket.IdentitySource ?? [], sources('route.', webSocketHeaders));
    });
  }

  it('are REQUEST authorizers, of which the HTTP API has payload 2.0 and policies', () => {
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

  it('alone may invoke the function, those of each API by a permission of its own', () => {
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

  it('leave a route alone that asks for none', () => {
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

  it('of two constructs can be in one API', () => {
    const { stack, approov } = make();
    const { rest } = addApis(stack, approov);
    const bound = new ApproovAuthorizer(stack, 'Bound', {
      secret: secretOf(stack, 'SameSecret'),
      bindingHeaders: ['Authorization'],
    });
    const authorizer = bound.restAuthorizer(rest);
    rest.root.addResource('me').addMethod('GET', new MockIntegration(), { authorizer });
    const template = Template.fromStack(stack);
    const found = Object.values(template.findResources('AWS::ApiGateway::Authorizer'));
    assert.equal(new Set(found.map(({ Properties }) => Properties.Name)).size, 2);
    template.resourceCountIs('AWS::ApiGateway::GatewayResponse', 4);
  });
});

describe('a REST API', () => {
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

  it('is deployed again when the authorizer changes, and only then', () => {
    assert.notEqual(deploymentOf({}).id, deploymentOf({ tokenHeader: 'X-Token' }).id);
    assert.notEqual(deploymentOf({}).id, deploymentOf({}, false).id);
    assert.equal(deploymentOf({}).id, deploymentOf({ logLevel: LogLevel.DEBUG }).id);
  });

  it('is deployed after the authorizer and the gateway responses', () => {
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

  it('answers a refusal with 401 and an empty object', () => {
    const { stack, approov } = make();
    addApis(stack, approov);
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'ACCESS_DENIED',
      StatusCode: '401',
      ResponseTemplates: { 'application/json': '{}' },
    });
  });

  it('shows the Attestation Response Code with denialArc', () => {
    const { stack, approov } = make({ denialArc: true });
    addApis(stack, approov);
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'ACCESS_DENIED',
      ResponseTemplates: { 'application/json': '{"arc":"$context.authorizer.arc"}' },
    });
  });

  it('keeps a gateway response that it has', () => {
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

  it('that is imported gets the authorizer, and is deployed by its own stack', () => {
    const { stack, approov } = make();
    const rest = RestApi.fromRestApiAttributes(stack, 'Rest', {
      restApiId: 'abc123',
      rootResourceId: 'root',
    });
    rest.root.addMethod('GET', new MockIntegration(), { authorizer: approov.restAuthorizer(rest) });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::Authorizer', { RestApiId: 'abc123' });
  });
});

describe('two stacks', () => {
  it('of which the APIs’ depends on the function’s, but not the other way round', () => {
    const { app, stack, approov } = make();
    const apis = new Stack(app, 'Apis');
    addApis(apis, approov);
    app.synth();
    assert.deepEqual(stack.dependencies, []);
    Template.fromStack(apis).resourceCountIs('AWS::Lambda::Permission', 3);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 0);
  });

  it('depend on each other with the authorizer of CDK itself, which is why there is this one', () => {
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

describe('the function', () => {
  it('has the runtime, the log format and the limits of all stacks', () => {
    Template.fromStack(make().stack).hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Architectures: ['arm64'],
      MemorySize: 512,
      Timeout: 9,
      LoggingConfig: { LogFormat: 'JSON' },
    });
  });

  it('has the concurrency and the key of its log that are asked for', () => {
    const { stack } = make((scope) => ({ reservedConcurrency: 50, logKey: new Key(scope, 'Key') }));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 50 });
    const [keyId] = Object.keys(template.findResources('AWS::KMS::Key'));
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      KmsKeyId: { 'Fn::GetAtt': [keyId, 'Arn'] },
      RetentionInDays: 30,
    });
  });

  it('has no variable that is not asked for, and refuses with a Deny', () => {
    assert.deepEqual(Object.keys(variablesOf(Template.fromStack(make().stack))).sort(), [
      'APPROOV_DENIAL',
      'APPROOV_SECRET_ID',
    ]);
    assert.equal(variablesOf(Template.fromStack(make().stack)).APPROOV_DENIAL, 'policy');
  });

  it('gets each property as its variable', () => {
    const { stack } = make({
      secretTtl: Duration.minutes(2),
      bindingHeaders: ['Authorization', 'X-Device'],
      audience: ['a', 'b'],
      mode: Mode.REPORT_ONLY,
      issuer: 'approov',
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

  it('gets a value that only the deployment knows', () => {
    const { stack } = make((scope) => ({ issuer: new UserPool(scope, 'Users').userPoolProviderUrl }));
    assert.ok('Fn::GetAtt' in (variablesOf(Template.fromStack(stack)).APPROOV_ISSUER as object));
  });

  it('may read the secrets, decrypt with their key through Secrets Manager, and write its log', () => {
    const { stack } = make((scope) => ({
      secret: new Secret(scope, 'Own', { encryptionKey: new Key(scope, 'Key') }),
      accountKey: Secret.fromSecretCompleteArn(
        scope,
        'AccountKey',
        'arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov/account-AbCdEf',
      ),
      messageSigning: MessageSigning.ACCOUNT,
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

  it('may read a secret that is known by its name, and no other whose name begins with it', () => {
    const [policy] = Object.values(Template.fromStack(make().stack).findResources('AWS::IAM::Policy'));
    assert.match(JSON.stringify(policy), /secret:approov\/secret-\?\?\?\?\?\?"/);
  });

  it('may read no secret where all tokens are of a keyset', () => {
    const { stack } = make({
      secret: undefined,
      algorithms: ['ES256'],
      keysetJwksUri: 'https://keys.example.com/jwks.json',
    });
    const template = Template.fromStack(stack);
    assert.ok(!('APPROOV_SECRET_ID' in variablesOf(template)));
    assert.doesNotMatch(JSON.stringify(template.findResources('AWS::IAM::Policy')), /secretsmanager/);
  });

  it('has no value of a secret in the template', () => {
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
    props: { clockTolerance: Duration.hours(1) },
    message: /clockTolerance must be/,
  },
  {
    name: 'binding without headers',
    props: { binding: Binding.REQUIRED },
    message: /binding asks for token binding, which needs bindingHeaders/,
  },
  {
    name: 'a cache in report-only',
    props: { mode: Mode.REPORT_ONLY, authorizerTtl: Duration.minutes(5) },
    message: /authorizerTtl must be 0/,
  },
  {
    name: 'account message signing without its key',
    props: { messageSigning: MessageSigning.ACCOUNT },
    message: /accountKey is required/,
  },
  {
    name: 'a header that only the deployment knows',
    props: { tokenHeader: Token.asString({ Ref: 'Header' }) },
    message: /tokenHeader must be a header name/,
  },
  { name: 'no secret', props: { secret: undefined }, message: /secret is required/ },
  { name: 'memory out of range', props: { memoryMegabytes: 64 }, message: /memoryMegabytes must be/ },
  {
    name: 'days that CloudWatch does not know',
    props: { logRetentionDays: 31 },
    message: /logRetentionDays must/,
  },
];

describe('properties', () => {
  for (const { name, props, message } of refused) {
    it(`are refused when the app is synthesised: ${name}`, () => {
      assert.throws(() => make(props), { name: 'Error', message });
    });
  }

  it('are refused with a key that would not be used', () => {
    assert.throws(
      () => make((scope) => ({ accountKey: secretOf(scope, 'AccountKey') })),
      /accountKey must be left out/,
    );
  });

  it('have the types that these tests use them with', async () => {
    await runTool(`${root}node_modules/.bin/tsc`, ['-p', 'infra/cdk/test/tsconfig.json'], { cwd: root });
  });

  it('exist for every setting that is not a secret', () => {
    const { types } = JSON.parse(readFileSync(new URL('../.jsii', import.meta.url), 'utf8'));
    const options = types['approov-apigateway-authorizer-cdk.ApproovAuthorizerOptions'].properties;
    const declared = options.map(({ name }: { name: string }) => name);
    const names = Object.keys(settings).filter((name) => !['secretId', 'accountKeyId'].includes(name));
    assert.deepEqual(
      names.map((name) => name.replace(/Seconds$/, '')).filter((name) => !declared.includes(name)),
      [],
    );
  });
});

describe('metrics, alarms and dashboard', () => {
  const expected = observabilityResources({
    functionName: 'f',
    logGroupName: 'l',
    namespace: 'n',
    dashboardName: 'd',
    refusalAlarmPercent: 25,
    alarmActions: [],
  });

  it('are those of the other stacks', () => {
    const template = Template.fromStack(make().stack);
    const countOf = (type: string) => Object.keys(template.findResources(type)).length;
    assert.equal(countOf('AWS::Logs::MetricFilter'), Object.keys(expected.filters).length);
    assert.equal(countOf('AWS::CloudWatch::Alarm'), Object.keys(expected.alarms).length);
    assert.equal(countOf('AWS::CloudWatch::Dashboard'), 1);
  });

  it('are in one namespace, which has the name of the function', () => {
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

  it('notify the topic, and alarm at the share of refusals that is asked for', () => {
    const { stack } = make((scope) => ({ alarmTopic: new Topic(scope, 'Topic'), refusalAlarmPercent: 40 }));
    const template = Template.fromStack(stack);
    const [topicId] = Object.keys(template.findResources('AWS::SNS::Topic'));
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: topicId }],
      OKActions: [{ Ref: topicId }],
    });
    template.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { Threshold: 40 }, 1);
  });
});
