import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { planCases } from '../cases/planCases.ts';
import { evaluate, type Template, type Value } from '../support/cloudFormation.ts';
import {
  assertSamStack,
  isExpressible,
  parametersFor,
  samTemplate,
  stackPlan,
} from '../support/templatePlan.ts';
import { runTool } from './runTool.ts';
import { offline, pythonTool, root } from './tools.ts';

type Parameters = Readonly<Record<string, string>>;

/** SAM evaluates some references itself, so a template is made for given parameters. */
async function translate(...parameters: readonly Parameters[]): Promise<readonly Template[]> {
  const args = [
    `${root}test/verify/python/sam_transform.py`,
    `${root}infra/cloudformation/sam/template.yaml`,
  ];
  const input = JSON.stringify(parameters);
  const { stdout } = await runTool(pythonTool('python'), args, { env: offline, input });
  return JSON.parse(stdout);
}

const idsOf = (template: Template, type: string) =>
  Object.entries(template.Resources ?? {}).flatMap(([id, { Type }]) => (Type === type ? [id] : []));

suite("what SAM's own translator makes of the template", () => {
  const cases = planCases.filter((one) => isExpressible(samTemplate, one));
  const given = cases.map((one) => parametersFor(samTemplate, one));
  let translated: readonly Template[];

  before(async () => {
    translated = await translate(...given);
  });

  cases.forEach((planCase, index) => {
    test(planCase.name, () => {
      const template = translated[index] as Template;
      assertSamStack(template, planCase);
      const stack = evaluate(template, given[index]);
      const plan = stackPlan(planCase);
      checkRestApi(stack.properties('RestApi').Body, plan);
      checkHttpApi(stack.properties('HttpApi').Body, plan);
    });
  });

  test('the WebSocket API and all its resources exist only when it is asked for', () => {
    for (const [id, { Condition }] of Object.entries(translated[0]?.Resources ?? {})) {
      const isWebsocket = /websocket/i.test(id);
      assert.equal(Condition === 'HasWebsocket', isWebsocket, `${id}: exists only with the WebSocket API`);
    }
  });

  test('a changed parameter makes a new deployment of the REST API', async () => {
    const deployments: string[] = [];
    for (const BindingHeaders of ['none', 'Authorization']) {
      const [template] = await translate({ BindingHeaders });
      deployments.push(...idsOf(template as Template, 'AWS::ApiGateway::Deployment'));
      // SAM names a deployment after the time in seconds.
      await sleep(1000);
    }
    assert.equal(deployments.length, 2);
    assert.notEqual(deployments[0], deployments[1]);
  });

  test('each permission is for one API', () => {
    const [template] = translated as [Template];
    const stack = evaluate(template, { Websocket: 'on' });
    const sources = idsOf(template, 'AWS::Lambda::Permission').map((id) => stack.properties(id).SourceArn);
    assert.equal(sources.length, 6);
    for (const source of sources) assert.match(source, /:execute-api:.*:(Rest|Http|Websocket)Api\//);
  });

  test('the metrics, the alarms and the dashboard are told what to observe and whom to notify', () => {
    const AlarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms';
    const stack = evaluate(translated[0] as Template, { AlarmTopicArn });
    assert.deepEqual(stack.properties('Observability').Parameters, {
      FunctionName: 'AuthorizerFunction',
      LogGroupName: 'AuthorizerLogGroup',
      AlarmTopicArn,
    });
  });
});

type Plan = ReturnType<typeof stackPlan>;

function checkRestApi(body: Value, plan: Plan): void {
  const path = body.paths['/rest/hello'];
  assert.deepEqual(Object.keys(path).sort(), ['options', 'x-amazon-apigateway-any-method']);
  assert.deepEqual(path['x-amazon-apigateway-any-method'].security, [{ approov: [] }]);
  assert.equal(path.options.security, undefined);
  assert.equal(body.components.securitySchemes.approov['x-amazon-apigateway-authtype'], 'custom');
  const [preflight] = Object.values<Value>(path.options['x-amazon-apigateway-integration'].responses);
  const allowed = preflight.responseParameters['method.response.header.Access-Control-Allow-Headers'];
  assert.deepEqual(allowed.replaceAll("'", '').split(',').sort(), plan.corsHeaders.toSorted());
  assert.deepEqual(
    body['x-amazon-apigateway-gateway-responses'],
    Object.fromEntries(
      plan.gatewayResponses.map(({ type, status, templates }) => [
        type,
        {
          statusCode: status,
          responseTemplates: templates,
          responseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
        },
      ]),
    ),
  );
}

function checkHttpApi(body: Value, plan: Plan): void {
  const path = body.paths['/http/hello'];
  // With ANY, the authorizer would refuse the OPTIONS of browsers, which API Gateway answers itself.
  assert.deepEqual(Object.keys(path).sort(), ['get', 'post']);
  for (const { security } of Object.values<Value>(path)) assert.deepEqual(security, [{ approov: [] }]);
  // HTTP APIs do not know it, and FailOnWarnings would end the import.
  assert.ok(!('x-amazon-apigateway-authtype' in body.components.securitySchemes.approov));
  const cors = body['x-amazon-apigateway-cors'];
  assert.deepEqual(cors.allowHeaders.toSorted(), plan.corsHeaders.toSorted());
  assert.ok(cors.allowMethods.includes('OPTIONS'));
}
