import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { planStack } from '../../infra/stack/plan.ts';
import { readEnvironment } from '../../src/config/readEnvironment.ts';
import { stackPlan } from '../support/templatePlan.ts';
import { type AwsAnswer, type AwsCall, awsCalls } from './awsCalls.ts';
import { motoInSuite } from './motoServer.ts';
import { assertModule, type TerraformResource } from './terraformModule.ts';
import { type StandInProvider, startStandInProvider, terraformModule } from './terraformTools.ts';
import { offline, root } from './tools.ts';

const work = `${root}.cache/terraform-to-moto/`;
const packageFile = `${work}authorizer.zip`;
const attachPage = await readAttachPage();

/**
 * The examples, applied, planned again and destroyed. Terraform's core is the real one, and so is the schema. No AWS
 * provider runs: a stand-in makes the AWS calls.
 */
suite('the Terraform module in moto', () => {
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

  suite('examples/complete', () => {
    test('is applied, and a second plan finds nothing to change', async (context) => {
      const { added, destroyed } = await apply('complete');
      assert.ok(added !== undefined && added > 30, `${added} resources`);
      assert.equal(destroyed, 0);
      await assertNoChanges('complete');
      context.diagnostic(`${added} resources, schema of hashicorp/aws ${provider.version}`);
    });

    test('has authorizers with the identity sources of its settings', async () => {
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

    test('lets a browser send the headers of its settings, and logs in a group whose policy cannot grow too long', async () => {
      const [, { mobile }] = await apisIn(answers);
      const [{ CorsConfiguration }, { Items }] = await answers(
        ['apigatewayv2', 'get_api', { ApiId: mobile }],
        ['apigatewayv2', 'get_stages', { ApiId: mobile }],
      );
      assert.ok(
        ['Approov-Token', 'Authorization', 'Signature'].every((name) =>
          CorsConfiguration.AllowHeaders.includes(name),
        ),
      );
      assert.match(Items[0].AccessLogSettings.DestinationArn, /:log-group:\/aws\/vendedlogs\/http-api\/shop/);
      assert.equal(JSON.parse(Items[0].AccessLogSettings.Format).reason, '$context.authorizer.reason');
    });

    test('checks the users of a pool that was unknown when it was planned', async () => {
      const [{ Environment }, { UserPools }] = await answers(
        ['lambda', 'get_function_configuration', { FunctionName: 'shop-approov' }],
        ['cognito-idp', 'list_user_pools', { MaxResults: 10 }],
      );
      const { Variables } = Environment;
      assert.equal(
        Variables.APPROOV_USER_ISSUER,
        `https://cognito-idp.${offline.AWS_REGION}.amazonaws.com/${UserPools[0].Id}`,
      );
      assert.doesNotThrow(() => readEnvironment(Variables));
    });

    test('observes the log as the observability template does', async () => {
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
            { ParameterKey: 'RefusalAlarmPercent', ParameterValue: '10' },
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

    test('is destroyed to the last resource', async () => {
      const { stdout } = await run('complete', 'destroy');
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

  suite('examples/http', () => {
    test('is applied, and a second plan finds nothing to change', async () => {
      await apply('http');
      await assertNoChanges('http');
      await run('http', 'destroy');
    });
  });

  suite('examples/rest', () => {
    const deployment = async () => {
      const { stdout } = await provider.terraform(folderOf('rest'), 'output', '-raw', 'deployment_id');
      return stdout;
    };
    let first: string;

    test('is applied, and a second plan finds nothing to change', async () => {
      await apply('rest');
      await assertNoChanges('rest');
      first = await deployment();
    });

    test('answers refusals with 401 and failures with 500, and an empty object', async () => {
      const [rest] = await apisIn(answers);
      const [{ items }] = await answers(['apigateway', 'get_gateway_responses', { restApiId: rest.orders }]);
      const { plan } = planStack({ settings: {} }, { nameOf: String, secret: '', accountKey: '' });
      const responses = items.map(({ responseType, statusCode, responseTemplates }: AwsAnswer) => ({
        type: responseType,
        status: statusCode,
        templates: responseTemplates,
      }));
      assert.deepEqual(new Set(responses), new Set(plan?.gatewayResponses));
      assert.deepEqual(items[0].responseParameters, {
        'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
      });
    });

    test('is deployed again when the authorizer changes', async () => {
      const bound = '-var=settings={APPROOV_BINDING_HEADERS="Authorization,X-Session"}';
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
        'method.request.header.Approov-Token,method.request.header.Authorization,method.request.header.X-Session',
      );
      assert.equal(item[0].deploymentId, second, 'the stage serves the new deployment');
      await assertNoChanges('rest', bound);
    });

    test('demands no header and keeps no answer in report-only', async () => {
      const reporting = '-var=settings={APPROOV_MODE="report-only"}';
      await apply('rest', reporting);
      const [rest] = await apisIn(answers);
      const [{ items }] = await answers(['apigateway', 'get_authorizers', { restApiId: rest.orders }]);
      const [{ identitySource, authorizerResultTtlInSeconds }] = items;
      assert.deepEqual(
        { identitySource, authorizerResultTtlInSeconds: Number(authorizerResultTtlInSeconds) },
        { identitySource: 'context.identity.sourceIp', authorizerResultTtlInSeconds: 0 },
      );
      await assertNoChanges('rest', reporting);
    });

    test('is destroyed', () => run('rest', 'destroy').then(() => undefined));
  });

  for (const kind of ['plain', 'login'] as const) {
    suite(`docs/attach/terraform.md, ${kind === 'login' ? 'with' : 'without'} a login`, () => {
      /** Applies the page's configurations that are for these words. */
      const step = async (...words: readonly string[]) => {
        await mkdir(folderOf(kind), { recursive: true });
        const blocks = attachPage.hcl.filter((block) =>
          block.words.every((word) => [kind, ...words].includes(word)),
        );
        const text = [
          ...blocks.map((block) => block.text),
          'variable "package" {\n  type = string\n}\n',
        ].join('\n');
        const main = text
          .replaceAll(/"git::https:[^"]*\/\/infra\/terraform\?ref=[^"]*"/g, '"../.."')
          .replaceAll('"authorizer-0.2.0.zip"', `"${packageFile}"`);
        await writeFile(`${folderOf(kind)}/main.tf`, main);
        await provider.terraform(folderOf(kind), 'fmt', '-check', '-diff');
        return apply(kind);
      };
      /** Who may call each route, and what the REST API's stage serves. */
      const routes = async () => {
        const [rest, { shop, push }] = await apisIn(answers);
        const [{ items }, { item }, http, webSocket] = await answers(
          ['apigateway', 'get_resources', { restApiId: rest.shop }],
          ['apigateway', 'get_stages', { restApiId: rest.shop }],
          ['apigatewayv2', 'get_routes', { ApiId: shop }],
          ['apigatewayv2', 'get_routes', { ApiId: push }],
        );
        const methods = items.flatMap(({ resourceMethods = {} }: AwsAnswer) =>
          Object.values(resourceMethods),
        );
        return {
          authorizers: [
            ...methods.map(({ authorizationType, authorizerId }: AwsAnswer) => [
              authorizationType,
              authorizerId,
            ]),
            ...[...http.Items, ...webSocket.Items].map(({ AuthorizationType, AuthorizerId }) => [
              AuthorizationType,
              AuthorizerId,
            ]),
          ],
          deploymentId: item[0].deploymentId,
        };
      };
      const typesOf = ({ authorizers }: Awaited<ReturnType<typeof routes>>) =>
        authorizers.map(([type]) => type);
      const made = async () => {
        const { stdout } = await provider.terraform(folderOf(kind), 'show', '-json');
        const [{ resources }] = JSON.parse(stdout).values.root_module.child_modules;
        return resources as TerraformResource[];
      };
      const typesBefore = kind === 'login' ? ['COGNITO_USER_POOLS', 'JWT', 'NONE'] : ['NONE', 'NONE', 'NONE'];

      test('step 1 adds the module, and changes nothing for clients', async () => {
        await step('api', 'old', 'before');
        const before = await routes();
        assert.deepEqual(typesOf(before), typesBefore);
        assert.partialDeepStrictEqual(await step('api', 'old', 'before', 'module'), {
          changed: 0,
          destroyed: 0,
        });
        assert.deepEqual(await routes(), before);
        await assertNoChanges(kind);
      });

      test('the module is what its settings ask for, and what the page says', async () => {
        const settings = Object.fromEntries(
          attachPage.hcl
            .filter(({ words }) => words.includes(kind) && words.includes('module'))
            .flatMap(({ text }) =>
              [...text.matchAll(/(APPROOV_\w+) += "(.*)"/g)].map(([, name, value]) => [name, value]),
            ),
        );
        const plan = stackPlan({ settings });
        const resources = await made();
        const secrets = assertModule(resources, plan);
        const secret = resources.find(({ type }) => type === 'aws_secretsmanager_secret');
        assert.deepEqual(secrets, {
          APPROOV_SECRET_ID: secret?.values.arn,
          APPROOV_ACCOUNT_KEY_ID: undefined,
        });
        const of = (selector: string, headers: readonly string[], separator: string) =>
          headers.map((header) => `${selector}.${header}`).join(separator);
        assert.deepEqual(attachPage.derived[kind], {
          'identity sources, REST API': `\`${of('method.request.header', plan.headers, ',')}\``,
          'identity sources, HTTP API': `\`${of('$request.header', plan.headers, '`, `')}\``,
          'identity sources, WebSocket API': `\`${of('route.request.header', plan.webSocketHeaders, '`, `')}\``,
          'cache time, REST and HTTP API': `${plan.ttlSeconds} s`,
          'gateway responses, REST API': plan.gatewayResponses
            .map(({ type, status }) => `\`${type}\` ${status}`)
            .join(', '),
          'rights of the function':
            '`secretsmanager:GetSecretValue` on its secret; `logs:CreateLogStream`, `logs:PutLogEvents` on its log group',
        });
      });

      if (kind === 'login') {
        test('in one apply the old authorizer is destroyed first, which is refused', async () => {
          await assert.rejects(
            step('api', 'after', 'module'),
            /ConflictException: Cannot delete authorizer 'users', is referenced in route: GET \/orders/,
          );
          await step('api', 'old', 'before', 'module');
        });
      }

      test('in two applies the routes change, and then the old authorizers go', async () => {
        const before = await routes();
        const { destroyed } = await step('api', 'old', 'after', 'module');
        assert.equal(destroyed, 2, 'the deployments of the REST and the WebSocket API are replaced');
        const after = await routes();
        assert.notEqual(after.deploymentId, before.deploymentId);
        const ids = (await made())
          .filter(({ type }) => type.endsWith('_authorizer'))
          .map(({ values }) => values.id);
        assert.deepEqual(new Set(after.authorizers.map(([, id]) => id)), new Set(ids));
        assert.deepEqual(typesOf(after), ['CUSTOM', 'CUSTOM', 'CUSTOM']);
        const removed = await step('api', 'after', 'module');
        assert.deepEqual(removed, { added: 0, changed: 0, destroyed: kind === 'login' ? 2 : 0 });
        await assertNoChanges(kind);
      });

      if (kind === 'login') {
        test('a second module serves the routes without a login, with the same secret', async () => {
          const { added, ...others } = await step('api', 'after', 'module', 'second');
          assert.deepEqual(others, { changed: 0, destroyed: 0 });
          await assertNoChanges(kind);
          assert.deepEqual(await step('api', 'after', 'module'), { added: 0, changed: 0, destroyed: added });
        });
      }

      test('the way back', async () => {
        await step('api', 'old', 'before', 'module');
        assert.deepEqual(typesOf(await routes()), typesBefore);
        const { changed } = await step('api', 'old', 'before');
        assert.equal(changed, 0);
        assert.deepEqual(typesOf(await routes()), typesBefore);
        await run(kind, 'destroy');
      });
    });
  }

  suite('what API Gateway refuses, the stand-in refuses too', () => {
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
      test(name, async () => {
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

/** The configurations of docs/attach/terraform.md by the words after their language, and its table of what follows from the settings. */
async function readAttachPage() {
  const text = await readFile(`${root}docs/attach/terraform.md`, 'utf8');
  const [, table = ''] = /^\| +\| without a login \| with a login \|\n\|.*\n((?:\|.*\n)+)/m.exec(text) ?? [];
  const rows = table
    .trim()
    .split('\n')
    .map((row) => row.slice(2, -2).split(' | '));
  const hcl = [...text.matchAll(/^```hcl(.*)\n([\s\S]*?)^```/gm)].map(([, words = '', block = '']) => ({
    words: words.split(' ').filter(Boolean),
    text: block,
  }));
  const steps = ['plain', 'login', 'api', 'old', 'before', 'module', 'after', 'second'];
  for (const { words, text } of hcl) {
    assert.ok(words.length > 0 && words.every((word) => steps.includes(word)), `no step applies ${text}`);
  }
  return {
    hcl,
    derived: {
      plain: Object.fromEntries(rows.map(([what, plain]) => [what, plain])),
      login: Object.fromEntries(
        rows.map(([what, plain, login]) => [what, login === 'the same' ? plain : login]),
      ),
    },
  };
}

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
