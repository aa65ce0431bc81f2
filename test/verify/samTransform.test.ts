import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { arcBody } from '../../infra/stack/gatewayResponses.ts';
import { runTool } from './runTool.ts';
import type { TemplateResource } from './serverlessTemplate.ts';
import { offline, pythonTool, root } from './tools.ts';

describe("what SAM's own translator makes of the template", () => {
  let resources: Record<string, TemplateResource & { Condition?: string }>;

  before(async () => {
    const args = [
      `${root}test/verify/python/sam_transform.py`,
      `${root}infra/cloudformation/sam/template.yaml`,
    ];
    const { stdout } = await runTool(pythonTool('python'), args, { env: offline });
    resources = JSON.parse(stdout).Resources;
  });

  it('the REST API: routes guarded, OPTIONS open, refusals a 401', () => {
    checkRestApi(resources.RestApi?.Properties);
  });

  it('the HTTP API: routes guarded, OPTIONS answered by API Gateway', () => {
    checkHttpApi(resources.HttpApi?.Properties);
  });

  it('the WebSocket API and all its resources exist only when it is asked for', () => {
    for (const [id, { Condition }] of Object.entries(resources)) {
      const isWebsocket = /websocket/i.test(id);
      assert.equal(Condition === 'HasWebsocket', isWebsocket, `${id}: exists only with the WebSocket API`);
    }
  });

  it('limits reach the stage of every API and the authorizer alone', () => {
    const limits = {
      ThrottlingRateLimit: { Ref: 'ThrottlingRateLimit' },
      ThrottlingBurstLimit: { Ref: 'ThrottlingBurstLimit' },
    };
    const ifThrottled = (value: unknown) => ({ 'Fn::If': ['IsThrottled', value, { Ref: 'AWS::NoValue' }] });
    const settingsOf = (type: string, setting: string) =>
      Object.values(resources)
        .filter(({ Type }) => Type === type)
        .map(({ Properties }) => Properties[setting]);
    assert.deepEqual(settingsOf('AWS::ApiGateway::Stage', 'MethodSettings'), [
      ifThrottled([{ ResourcePath: '/*', HttpMethod: '*', ...limits }]),
    ]);
    assert.deepEqual(settingsOf('AWS::ApiGatewayV2::Stage', 'DefaultRouteSettings'), [
      ifThrottled(limits),
      ifThrottled(limits),
    ]);
    const reserved = { Ref: 'ReservedConcurrency' };
    const concurrency = ['AuthorizerFunction', 'HelloFunction'].map(
      (id) => resources[id]?.Properties.ReservedConcurrentExecutions,
    );
    assert.deepEqual(concurrency, [
      { 'Fn::If': ['ReservesConcurrency', reserved, { Ref: 'AWS::NoValue' }] },
      undefined,
    ]);
  });

  it('each permission is for one API', () => {
    const permissions = Object.entries(resources).filter(
      ([, { Type }]) => Type === 'AWS::Lambda::Permission',
    );
    assert.ok(permissions.length > 0);
    for (const [id, { Properties }] of permissions) {
      assert.match(
        JSON.stringify(Properties.SourceArn),
        /execute-api.*(Rest|Http|Websocket)Api/,
        `${id}: for one API`,
      );
    }
  });
});

function checkRestApi(properties: TemplateResource['Properties'] | undefined): void {
  const { paths, components, 'x-amazon-apigateway-gateway-responses': responses } = properties?.Body ?? {};
  const { get, post, options } = paths['/rest/hello'];
  assert.deepEqual(
    [get.security, post.security, options.security],
    [[{ approov: [] }], [{ approov: [] }], undefined],
  );
  checkAuthorizer(components);
  const statuses = Object.entries(
    responses as Record<string, { statusCode: string; responseTemplates: object }>,
  ).map(([type, { statusCode, responseTemplates }]) => [type, statusCode, responseTemplates]);
  const empty = { 'application/json': '{}' };
  assert.deepEqual(statuses.sort(), [
    ['ACCESS_DENIED', '401', { 'Fn::If': ['ShowsArc', arcBody, empty] }],
    ['AUTHORIZER_CONFIGURATION_ERROR', '500', empty],
    ['AUTHORIZER_FAILURE', '500', empty],
    ['UNAUTHORIZED', '401', empty],
  ]);
}

function checkHttpApi(properties: TemplateResource['Properties'] | undefined): void {
  const { paths, components, 'x-amazon-apigateway-cors': cors } = properties?.Body ?? {};
  for (const operation of Object.values(paths['/http/hello']) as { security: unknown }[]) {
    assert.deepEqual(operation.security, [{ approov: [] }]);
  }
  assert.equal(checkAuthorizer(components).authorizerPayloadFormatVersion, '2.0');
  assert.ok(cors.allowMethods.includes('OPTIONS'), 'API Gateway answers OPTIONS itself');
}

/** Without identity sources in report-only unless users are checked, and with them otherwise. Gives the latter. */
function checkAuthorizer(components: TemplateResource['Properties']): Record<string, unknown> {
  const [condition, reporting, enforcing] =
    components.securitySchemes.approov['x-amazon-apigateway-authorizer']['Fn::If'];
  assert.equal(condition, 'HasNoIdentitySource');
  assert.deepEqual([reporting.type, enforcing.type], ['request', 'request']);
  assert.deepEqual([reporting.identitySource, reporting.authorizerResultTtlInSeconds], [undefined, 0]);
  assert.match(JSON.stringify(enforcing.identitySource), /request\.header\./);
  return enforcing;
}
