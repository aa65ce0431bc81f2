import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { type AwsAnswer, awsCalls } from './awsCalls.ts';
import { motoInSuite } from './motoServer.ts';
import { packageServerless } from './serverlessTemplate.ts';
import { root } from './tools.ts';

const StackName = 'approov-authorizer';
const ApiId = 'abc1234567';
const given = {
  CodeBucket: 'packages',
  CodeKey: 'authorizer.zip',
  ApiId,
  BindingHeaders: 'Authorization',
  LogLevel: 'warn',
};

/** Deployed as docs/attach.md says. */
describe('the attach template in moto', () => {
  const moto = motoInSuite();
  let outputs: Readonly<Record<string, string>> = {};

  it('makes a whole stack', async () => {
    await packageServerless('attach');
    const template = await readFile(`${root}infra/cloudformation/attach.yaml`, 'utf8');
    const [, , , stacks] = await awsCalls(moto().endpoint, [
      [
        's3',
        'create_bucket',
        { Bucket: given.CodeBucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
      ],
      [
        's3',
        'put_object',
        {
          Bucket: given.CodeBucket,
          Key: given.CodeKey,
          Body: { file: `${root}.cache/serverless-attach/authorizer.zip` },
        },
      ],
      [
        'cloudformation',
        'create_stack',
        {
          StackName,
          TemplateBody: template,
          Capabilities: ['CAPABILITY_IAM'],
          Parameters: Object.entries(given).map(([ParameterKey, ParameterValue]) => ({
            ParameterKey,
            ParameterValue,
          })),
        },
      ],
      ['cloudformation', 'describe_stacks', { StackName }],
    ]);
    const [{ StackStatus, Outputs }] = stacks.Stacks;
    assert.equal(StackStatus, 'CREATE_COMPLETE');
    outputs = Object.fromEntries(
      Outputs.map(({ OutputKey, OutputValue }: AwsAnswer) => [OutputKey, OutputValue]),
    );
  });

  it('has the outputs that people enter in API Gateway', () => checkOutputs(outputs));

  it('hands the settings to the function', async () => {
    const [configuration] = await awsCalls(moto().endpoint, [
      ['lambda', 'get_function_configuration', { FunctionName: outputs.FunctionArn }],
    ]);
    checkVariables(configuration.Environment.Variables, outputs.SecretArn);
  });

  it('lets only authorizers of the API call the function', async () => {
    const [policy] = await awsCalls(moto().endpoint, [
      ['lambda', 'get_policy', { FunctionName: outputs.FunctionArn }],
    ]);
    assert.match(policy.Policy, new RegExp(`:${ApiId}/authorizers/\\*`));
  });

  it('gives the observability stack the function and the log group to watch', () =>
    observe(moto().endpoint, outputs));
});

/** Deploys infra/cloudformation/observability.yaml with the outputs of the attach stack, and reads back what it made. */
async function observe(
  endpoint: string,
  { FunctionName, LogGroupName }: Readonly<Record<string, string>>,
): Promise<void> {
  const parameters = { FunctionName, LogGroupName };
  const [, { MetricAlarms }, { metricFilters }] = await awsCalls(endpoint, [
    [
      'cloudformation',
      'create_stack',
      {
        StackName: `${StackName}-observability`,
        TemplateBody: await readFile(`${root}infra/cloudformation/observability.yaml`, 'utf8'),
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
      },
    ],
    ['cloudwatch', 'describe_alarms', {}],
    ['logs', 'describe_metric_filters', { logGroupName: LogGroupName }],
  ]);
  assert.ok(metricFilters.length > 0, 'no metric filters were made');
  for (const { filterPattern, metricTransformations } of metricFilters) {
    assert.equal(metricTransformations[0].metricNamespace, `Approov/${FunctionName}`, filterPattern);
  }
  const ofTheLog = MetricAlarms.filter(({ Namespace }: AwsAnswer) => Namespace?.startsWith('Approov/'));
  assert.ok(ofTheLog.length > 0, 'no alarm on the log was made');
}

function checkOutputs(outputs: Readonly<Record<string, string>>): void {
  assert.deepEqual(
    {
      rest: outputs.RestIdentitySources,
      http: outputs.HttpIdentitySources,
      websocket: outputs.WebsocketIdentitySources,
      ttl: outputs.ResultTtlSeconds,
    },
    {
      rest: 'method.request.header.Approov-Token,method.request.header.Authorization',
      http: '$request.header.Approov-Token,$request.header.Authorization',
      websocket: 'route.request.header.Approov-Token,route.request.header.Authorization',
      ttl: '300',
    },
  );
  assert.match(
    outputs.AuthorizerUri ?? '',
    /:lambda:path\/2015-03-31\/functions\/arn:aws:lambda:.+\/invocations$/,
  );
}

/** A given setting is set, and an unset one is `none`: an empty variable would fail the authorizer's start. */
function checkVariables(variables: Readonly<Record<string, string>>, secretArn: string | undefined): void {
  assert.equal(variables.APPROOV_SECRET_ID, secretArn);
  assert.equal(variables.APPROOV_BINDING_HEADERS, 'Authorization');
  assert.equal(variables.APPROOV_LOG_LEVEL, 'warn');
  for (const [name, value] of Object.entries(variables)) {
    assert.notEqual(value, '', `${name} is empty`);
  }
  assert.equal(variables.APPROOV_ISSUER, 'none', 'APPROOV_ISSUER is unset');
}
