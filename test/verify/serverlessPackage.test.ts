import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { metrics } from '../../infra/stack/observability/metrics.ts';
import { packageServerless, type ServerlessTemplate } from './serverlessTemplate.ts';

const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov-AbCdEf';
const kmsKey = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

interface StageCase {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Time to live, identity sources, and what may be read and decrypted. */
  readonly expected: {
    readonly ttl: number;
    readonly headers: readonly string[];
    /** Unset: no secret is read. */
    readonly readable?: unknown;
    readonly decryptable?: string;
    readonly hasWebsocket?: true;
  };
}

const cases: readonly StageCase[] = [
  {
    name: 'defaults',
    parameters: {},
    expected: { ttl: 300, headers: ['Approov-Token'], readable: { Ref: 'ApproovTokenSecret' } },
  },
  {
    name: 'own secret and key, bound to a header, WebSocket',
    parameters: {
      secretArn: secret,
      kmsKeyArn: kmsKey,
      APPROOV_BINDING_HEADERS: 'Authorization',
      authorizerTtlSeconds: '60',
      websocket: 'on',
    },
    expected: {
      ttl: 60,
      headers: ['Approov-Token', 'Authorization'],
      readable: secret,
      decryptable: kmsKey,
      hasWebsocket: true,
    },
  },
  {
    name: 'message signing',
    parameters: { secretArn: secret, APPROOV_MESSAGE_SIGNING: 'install' },
    expected: { ttl: 0, headers: ['Approov-Token'], readable: secret },
  },
  {
    name: 'a keyset alone',
    parameters: {
      APPROOV_ALGORITHMS: 'RS256',
      APPROOV_KEYSET_JWKS_URI: 'https://keys.example.com/jwks.json',
    },
    expected: { ttl: 300, headers: ['Approov-Token'] },
  },
];

/** Stages that Serverless must refuse to package, and what its message must say. */
const refusals: readonly { name: string; parameters: Record<string, string>; says: RegExp }[] = [
  {
    name: 'caching of signed requests',
    parameters: { APPROOV_MESSAGE_SIGNING: 'install', authorizerTtlSeconds: '300' },
    says: /authorizerTtlSeconds must be 0/,
  },
  {
    name: 'required binding without headers',
    parameters: { APPROOV_BINDING: 'required' },
    says: /APPROOV_BINDING asks for token binding, which needs APPROOV_BINDING_HEADERS/,
  },
  {
    name: 'an unknown parameter',
    parameters: { APPROOV_AUDIENSE: 'x' },
    says: /did you mean APPROOV_AUDIENCE\?/,
  },
];

suite('serverless package', () => {
  for (const { name, parameters, expected } of cases) {
    suite(name, () => {
      let template: ServerlessTemplate;

      before(async () => {
        template = await packageServerless('package', parameters);
      });

      test('guards every route but OPTIONS, with the expected time to live and identity sources', () => {
        checkAuthorizers(name, template, expected);
      });

      test('gives each function only the rights it needs', () => {
        checkPrivileges(name, template, expected);
      });

      test('answers a refusal with 401 and a failure with 500', () => {
        checkGatewayResponses(name, template);
      });

      test('logs JSON and has every metric filter and alarm', () => {
        checkObservability(name, template);
      });
    });
  }

  for (const { name, parameters, says } of refusals) {
    test(`refuses ${name}`, () => assert.rejects(packageServerless('package', parameters), says));
  }
});

function checkAuthorizers(
  name: string,
  template: ServerlessTemplate,
  { ttl, headers, hasWebsocket }: StageCase['expected'],
) {
  const [rest, ...others] = template.ofType('AWS::ApiGateway::Authorizer');
  assert.equal(others.length, 0, name);
  assert.equal(rest?.Properties.Type, 'REQUEST', name);
  assert.equal(rest?.Properties.AuthorizerResultTtlInSeconds, ttl, name);
  const sources = (prefix: string) => headers.map((header) => `${prefix}${header}`);
  const restSources = String(rest?.Properties.IdentitySource).split(/, ?/);
  assert.deepEqual(restSources, sources('method.request.header.'), name);

  const v2 = template.ofType('AWS::ApiGatewayV2::Authorizer').map(({ Properties }) => Properties);
  assert.equal(v2.length, hasWebsocket ? 2 : 1, name);
  for (const properties of v2) {
    assert.equal(properties.AuthorizerType, 'REQUEST', name);
    const isHttp = properties.AuthorizerPayloadFormatVersion === '2.0';
    assert.deepEqual(
      properties.IdentitySource,
      sources(isHttp ? '$request.header.' : 'route.request.header.'),
      name,
    );
    assert.equal(properties.AuthorizerResultTtlInSeconds, isHttp ? ttl : undefined, name);
  }
  for (const { id, Properties } of template.ofType('AWS::ApiGateway::Method')) {
    const isOpen = Properties.HttpMethod === 'OPTIONS';
    assert.equal(Properties.AuthorizationType, isOpen ? 'NONE' : 'CUSTOM', `${name}: ${id}`);
    assert.deepEqual(Properties.AuthorizerId, isOpen ? undefined : { Ref: rest?.id }, `${name}: ${id}`);
  }
  for (const { id, Properties } of template.ofType('AWS::ApiGatewayV2::Route')) {
    // A WebSocket connection is checked only when it is opened.
    const isOpen = Properties.RouteKey === '$default';
    assert.equal(Properties.AuthorizationType, isOpen ? 'NONE' : 'CUSTOM', `${name}: ${id}`);
  }
}

/**
 * One action on one ARN, KMS only with a key of the user's own, logs only to its own groups. No other function reads a
 * secret.
 */
function checkPrivileges(
  name: string,
  template: ServerlessTemplate,
  { readable, decryptable }: StageCase['expected'],
) {
  const statementsOf = (id: string): Record<string, unknown>[] =>
    (template.resources[id]?.Properties.Policies ?? []).flatMap(
      ({ PolicyDocument }: { PolicyDocument: { Statement: Record<string, unknown>[] } }) =>
        PolicyDocument.Statement,
    );
  const isLogs = ({ Action }: Record<string, unknown>) =>
    [Action].flat().every((action) => String(action).startsWith('logs:'));
  const [read, decrypt, ...more] = statementsOf('AuthorizerRole').filter((statement) => !isLogs(statement));
  assert.deepEqual(
    read,
    readable && { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: readable },
    name,
  );
  assert.deepEqual(
    [decrypt?.Action, decrypt?.Resource],
    decryptable ? ['kms:Decrypt', decryptable] : [undefined, undefined],
    name,
  );
  assert.equal(more.length, 0, `${name}: the authorizer's role has more rights`);
  assert.equal(
    statementsOf('HelloRole').filter((statement) => !isLogs(statement)).length,
    0,
    `${name}: Hello reads no secret`,
  );
  for (const statement of [...statementsOf('AuthorizerRole'), ...statementsOf('HelloRole')].filter(isLogs)) {
    assert.doesNotMatch(
      JSON.stringify(statement),
      /log-group:\*|"\*"/,
      `${name}: logs of its own groups only`,
    );
  }
  for (const { id, Properties } of template.ofType('AWS::Lambda::Permission')) {
    assert.ok(Properties.SourceArn, `${name}: ${id} allows calls of any API`);
  }
  const secrets = template.ofType('AWS::SecretsManager::Secret');
  if (readable === undefined) assert.equal(secrets.length, 0, name);
  for (const { id, Properties } of secrets) {
    assert.equal(
      Properties.SecretString ?? Properties.GenerateSecretString,
      undefined,
      `${name}: ${id} has a value`,
    );
  }
}

function checkGatewayResponses(name: string, template: ServerlessTemplate) {
  const statuses = template
    .ofType('AWS::ApiGateway::GatewayResponse')
    .map(({ Properties }) => [
      Properties.ResponseType,
      String(Properties.StatusCode),
      Properties.ResponseTemplates,
    ]);
  const empty = { 'application/json': '{}' };
  assert.deepEqual(
    statuses.sort(),
    [
      ['ACCESS_DENIED', '401', empty],
      ['AUTHORIZER_CONFIGURATION_ERROR', '500', empty],
      ['AUTHORIZER_FAILURE', '500', empty],
      ['UNAUTHORIZED', '401', empty],
    ],
    name,
  );
}

function checkObservability(name: string, template: ServerlessTemplate) {
  const functions = template.ofType('AWS::Lambda::Function').filter(({ id }) => id.includes('Authorizer'));
  for (const { id, Properties } of functions) {
    assert.equal(Properties.LoggingConfig?.LogFormat, 'JSON', `${name}: ${id}`);
    assert.equal(Properties.Runtime, 'nodejs24.x', `${name}: ${id}`);
    const group = { Ref: id.replace('LambdaFunction', 'LogGroup') };
    const patterns = template
      .ofType('AWS::Logs::MetricFilter')
      .filter((filter) => JSON.stringify(filter.Properties.LogGroupName) === JSON.stringify(group));
    assert.equal(patterns.length, Object.keys(metrics).length, `${name}: metric filters of ${id}`);
  }
  assert.deepEqual(
    template.ofType('AWS::CloudWatch::Alarm').map(({ id }) => id),
    [
      'FailureAlarm',
      'RefusalAlarm',
      'StaleSecretAlarm',
      'StaleKeysetAlarm',
      'StaleUserKeysAlarm',
      'ThrottleAlarm',
    ],
    `${name}: alarms`,
  );
}
