import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { type AwsAnswer, type AwsCall, awsCalls } from './awsCalls.ts';
import { motoInSuite } from './motoServer.ts';
import { type StandInProvider, startStandInProvider, terraformModule } from './terraformTools.ts';
import { offline, root } from './tools.ts';

const work = `${root}.cache/terraform-to-moto/`;
const packageFile = `${work}authorizer.zip`;

/**
 * The examples, applied, planned again and destroyed. Terraform's core is the real one, and so is the schema. No AWS
 * provider runs: a stand-in makes the AWS calls.
 */
describe('the Terraform module in moto', () => {
  const moto = motoInSuite();
  let provider: StandInProvider;

  before(async () => {
    await rm(work, { recursive: true, force: true });
    await cp(terraformModule, `${work}infra/terraform`, { recursive: true });
    await writeFile(packageFile, 'not run by moto');
    provider = await startStandInProvider(moto().endpoint);
  });
  after(() => provider?.stop());

  const folderOf = (example: string) => `${work}infra/terraform/examples/${example}`;
  const run = (example: string, command: string, ...args: readonly string[]) => {
    const change = ['-input=false', '-no-color', `-var=package=${packageFile}`];
    const options = command === 'plan' ? change : [...change, '-auto-approve'];
    return provider.terraform(folderOf(example), command, ...options, ...args);
  };
  const apply = async (example: string, ...args: readonly string[]) => {
    await provider.terraform(folderOf(example), 'init', '-backend=false', '-input=false');
    const { stdout } = await run(example, 'apply', ...args);
    const [, added, changed, destroyed] =
      /(\d+) added, (\d+) changed, (\d+) destroyed/.exec(stdout)?.map(Number) ?? [];
    return { added, changed, destroyed };
  };
  const assertNoChanges = async (example: string, ...args: readonly string[]) => {
    const { stdout } = await run(example, 'plan', ...args);
    assert.match(stdout, /No changes\. Your infrastructure matches the configuration\./);
  };
  const answers = <const Calls extends readonly AwsCall[]>(...calls: Calls) =>
    awsCalls(moto().endpoint, calls);

  describe('examples/both', () => {
    it('is applied, and a second plan finds nothing to change', async (test) => {
      const { added, destroyed } = await apply('both');
      assert.ok(added !== undefined && added > 30, `${added} resources`);
      assert.equal(destroyed, 0);
      await assertNoChanges('both');
      test.diagnostic(`${added} resources, schema of hashicorp/aws ${provider.version}`);
    });

    it('has authorizers with the identity sources of its settings', async () => {
      const [rest, { mobile: mobileId, push: pushId }] = await apisIn(answers);
      const [{ items }, mobileRoutes, pushRoutes] = await answers(
        ['apigateway', 'get_authorizers', { restApiId: rest.orders }],
        ['apigatewayv2', 'get_routes', { ApiId: mobileId }],
        ['apigatewayv2', 'get_routes', { ApiId: pushId }],
      );
      const [mobile, push] = await answers(
        [
          'apigatewayv2',
          'get_authorizer',
          { ApiId: mobileId, AuthorizerId: mobileRoutes.Items[0].AuthorizerId },
        ],
        ['apigatewayv2', 'get_authorizer', { ApiId: pushId, AuthorizerId: pushRoutes.Items[0].AuthorizerId }],
      );
      assert.deepEqual(
        items.map(({ type, identitySource, authorizerResultTtlInSeconds }: AwsAnswer) => [
          type,
          identitySource,
          authorizerResultTtlInSeconds,
        ]),
        [['REQUEST', 'method.request.header.Approov-Token,method.request.header.Authorization', 300]],
      );
      assert.equal(mobile.AuthorizerPayloadFormatVersion, '2.0');
      assert.equal(mobile.AuthorizerResultTtlInSeconds, 300);
      assert.deepEqual(mobile.IdentitySource.toSorted(), [
        '$request.header.Approov-Token',
        '$request.header.Authorization',
      ]);
      assert.deepEqual(push.IdentitySource.toSorted(), [
        'route.request.header.Approov-Token',
        'route.request.header.Authorization',
      ]);
    });

    it('observes the log as the observability template does', async () => {
      const [{ MetricAlarms }, { metricFilters }, { DashboardBody }] = await answers(
        ['cloudwatch', 'describe_alarms', {}],
        ['logs', 'describe_metric_filters', { logGroupName: '/aws/lambda/shop-approov' }],
        ['cloudwatch', 'get_dashboard', { DashboardName: `shop-approov-${offline.AWS_REGION}` }],
      );
      await answers([
        'cloudformation',
        'create_stack',
        {
          StackName: 'observability',
          TemplateBody: await readFile(`${root}infra/cloudformation/observability.yaml`, 'utf8'),
          Parameters: [
            { ParameterKey: 'FunctionName', ParameterValue: 'shop-approov' },
            { ParameterKey: 'LogGroupName', ParameterValue: '/aws/lambda/shop-approov' },
            { ParameterKey: 'AlarmTopicArn', ParameterValue: MetricAlarms[0].AlarmActions[0] },
          ],
        },
      ]);
      const [all, filters, dashboard] = await answers(
        ['cloudwatch', 'describe_alarms', {}],
        ['logs', 'describe_metric_filters', { logGroupName: '/aws/lambda/shop-approov' }],
        ['cloudwatch', 'get_dashboard', { DashboardName: `observability-${offline.AWS_REGION}` }],
        ['cloudformation', 'delete_stack', { StackName: 'observability' }],
      );
      const names = new Set(MetricAlarms.map(({ AlarmName }: AwsAnswer) => AlarmName));
      const ofTemplate = all.MetricAlarms.filter(({ AlarmName }: AwsAnswer) => !names.has(AlarmName));
      assert.deepEqual(comparable(MetricAlarms, alarmNames), comparable(ofTemplate, alarmNames));
      const ours = new Set(metricFilters.map(({ filterName }: AwsAnswer) => filterName));
      const others = filters.metricFilters.filter(({ filterName }: AwsAnswer) => !ours.has(filterName));
      assert.deepEqual(comparable(metricFilters, filterNames), comparable(others, filterNames));
      assert.deepEqual(JSON.parse(DashboardBody), JSON.parse(dashboard.DashboardBody));
    });

    it('is destroyed to the last resource', async () => {
      const { stdout } = await run('both', 'destroy');
      assert.match(stdout, /Destroy complete! Resources: [1-9]\d* destroyed/);
      const [{ items }, { Items }, { Functions }, { MetricAlarms }, { Roles }] = await answers(
        ['apigateway', 'get_rest_apis', {}],
        ['apigatewayv2', 'get_apis', {}],
        ['lambda', 'list_functions', {}],
        ['cloudwatch', 'describe_alarms', { AlarmNamePrefix: 'shop-approov' }],
        ['iam', 'list_roles', {}],
      );
      assert.deepEqual([items, Items, Functions, MetricAlarms, Roles], [[], [], [], [], []]);
    });
  });

  describe('examples/http', () => {
    it('is applied, and a second plan finds nothing to change', async () => {
      await apply('http');
      await assertNoChanges('http');
      await run('http', 'destroy');
    });
  });

  describe('examples/rest', () => {
    const deployment = async () => {
      const { stdout } = await provider.terraform(folderOf('rest'), 'output', '-raw', 'deployment_id');
      return stdout;
    };
    let first: string;

    it('is applied, and a second plan finds nothing to change', async () => {
      await apply('rest');
      await assertNoChanges('rest');
      first = await deployment();
    });

    it('answers a Deny with 401 and an empty object', async () => {
      const [rest] = await apisIn(answers);
      const [{ statusCode, responseTemplates }] = await answers([
        'apigateway',
        'get_gateway_response',
        { restApiId: rest.orders, responseType: 'ACCESS_DENIED' },
      ]);
      assert.deepEqual(
        { statusCode, responseTemplates },
        { statusCode: '401', responseTemplates: { 'application/json': '{}' } },
      );
    });

    it('is deployed again when the authorizer changes', async () => {
      const bound = '-var=binding_headers=["Authorization"]';
      const { destroyed } = await apply('rest', bound);
      assert.equal(destroyed, 1, 'the deployment is replaced');
      const second = await deployment();
      assert.notEqual(second, first);
      const [rest] = await apisIn(answers);
      const [{ items }, { item }] = await answers(
        ['apigateway', 'get_authorizers', { restApiId: rest.orders }],
        ['apigateway', 'get_stages', { restApiId: rest.orders }],
      );
      assert.equal(
        items[0].identitySource,
        'method.request.header.Approov-Token,method.request.header.Authorization',
      );
      assert.equal(item[0].deploymentId, second, 'the stage serves the new deployment');
      await assertNoChanges('rest', bound);
    });

    it('demands no header and keeps no answer in report-only', async () => {
      await apply('rest', '-var=mode=report-only');
      const [rest] = await apisIn(answers);
      const [{ items }] = await answers(['apigateway', 'get_authorizers', { restApiId: rest.orders }]);
      const [{ identitySource, authorizerResultTtlInSeconds }] = items;
      assert.deepEqual(
        { identitySource, authorizerResultTtlInSeconds: Number(authorizerResultTtlInSeconds) },
        { identitySource: 'context.identity.sourceIp', authorizerResultTtlInSeconds: 0 },
      );
      await assertNoChanges('rest', '-var=mode=report-only');
    });

    it('is destroyed', () => run('rest', 'destroy').then(() => undefined));
  });

  describe('what API Gateway refuses, the stand-in refuses too', () => {
    const refusals = [
      {
        name: 'an authorizer of an HTTP API without identity source that keeps answers',
        api: 'resource "aws_apigatewayv2_api" "this" {\n  name = "x"\n  protocol_type = "HTTP"\n}',
        authorizer: `resource "aws_apigatewayv2_authorizer" "this" {
  name = "x"
  api_id = aws_apigatewayv2_api.this.id
  authorizer_type = "REQUEST"
  authorizer_uri = "arn:aws:apigateway:eu-west-1:lambda:path/x"
  authorizer_result_ttl_in_seconds = 300
}`,
        message: /needs an identity source/,
      },
      {
        name: 'an empty identity source of a REST API',
        api: 'resource "aws_api_gateway_rest_api" "this" {\n  name = "x"\n}',
        authorizer: `resource "aws_api_gateway_authorizer" "this" {
  name = "x"
  rest_api_id = aws_api_gateway_rest_api.this.id
  type = "REQUEST"
  authorizer_uri = "arn:aws:apigateway:eu-west-1:lambda:path/x"
  identity_source = ""
}`,
        message: /Invalid identity source/,
      },
    ];
    for (const [index, { name, api, authorizer, message }] of refusals.entries()) {
      it(name, async () => {
        const example = `refused-${index}`;
        await mkdir(folderOf(example));
        const variable = 'variable "package" {\n  type = string\n}';
        await writeFile(`${folderOf(example)}/main.tf`, [variable, api, authorizer].join('\n\n'));
        await assert.rejects(apply(example), message);
        await run(example, 'destroy');
      });
    }
  });
});

/** Ids of the APIs by name: of REST APIs, and of the others. */
async function apisIn(
  answers: (...calls: AwsCall[]) => Promise<readonly AwsAnswer[]>,
): Promise<[Record<string, string>, Record<string, string>]> {
  const [rest, others] = await answers(['apigateway', 'get_rest_apis', {}], ['apigatewayv2', 'get_apis', {}]);
  return [
    Object.fromEntries(rest?.items.map(({ name, id }: AwsAnswer) => [name, id])),
    Object.fromEntries(others?.Items.map(({ Name, ApiId }: AwsAnswer) => [Name, ApiId])),
  ];
}

const alarmNames = ['AlarmName', 'AlarmArn', /Timestamp$/];
const filterNames = ['filterName', 'creationTime'];

/** Alarms or filters without their names and times, in an order of their own. */
function comparable(items: readonly AwsAnswer[], without: readonly (string | RegExp)[]) {
  const isLeftOut = (key: string) =>
    without.some((name) => (typeof name === 'string' ? name === key : name.test(key)));
  const texts = items.map((item) => {
    // What CloudWatch takes for granted, and Terraform's provider has to say.
    const Metrics = item.Metrics?.map((query: AwsAnswer) => ({ ReturnData: true, ...query }));
    const entries = Object.entries({ ...item, Metrics }).filter(([key]) => !isLeftOut(key));
    return JSON.stringify(entries.sort());
  });
  assert.ok(texts.length > 3, 'there is something to compare');
  return texts.sort().map((text) => JSON.parse(text));
}
