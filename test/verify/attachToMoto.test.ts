import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { type PlanCase, planCases } from '../cases/planCases.ts';
import { attachTemplate, isExpressible, parametersFor } from '../support/templatePlan.ts';
import { type AwsAnswer, type AwsCall, awsCalls } from './awsCalls.ts';
import { motoInSuite } from './motoServer.ts';
import { packageServerless } from './serverlessTemplate.ts';
import { root } from './tools.ts';

const ApiId = 'abc1234567';
const packagedCode = { Bucket: 'packages', Key: 'authorizer.zip' };
const template = (name: string) => readFile(`${root}infra/cloudformation/${name}.yaml`, 'utf8');
const parameterList = (parameters: Readonly<Record<string, string | undefined>>) =>
  Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

/** Deployed as docs/attach says, once for each case. */
suite('the attach template in moto', () => {
  const moto = motoInSuite();
  const cases = planCases.filter((one) => isExpressible(attachTemplate, one));
  const stackName = (planCase: PlanCase) => `authorizer-${cases.indexOf(planCase)}`;
  const outputsOf = new Map<string, Readonly<Record<string, string>>>();

  test('makes whole stacks', async () => {
    await packageServerless('attach');
    const TemplateBody = await template('attach');
    const where = { LocationConstraint: 'eu-west-1' };
    const zip = { file: `${root}.cache/serverless-attach/authorizer.zip` };
    const Capabilities = ['CAPABILITY_IAM'];
    const create = (planCase: PlanCase): AwsCall => {
      const Parameters = parameterList({
        ...parametersFor(attachTemplate, planCase),
        ApiId,
        LogLevel: 'warn',
      });
      return [
        'cloudformation',
        'create_stack',
        { StackName: stackName(planCase), TemplateBody, Capabilities, Parameters },
      ];
    };
    const [, , ...answers] = await awsCalls(moto().endpoint, [
      ['s3', 'create_bucket', { Bucket: packagedCode.Bucket, CreateBucketConfiguration: where }],
      ['s3', 'put_object', { ...packagedCode, Body: zip }],
      ...cases.map(create),
      ['cloudformation', 'describe_stacks', {}],
    ]);
    const [{ Stacks }] = answers.slice(-1) as [AwsAnswer];
    for (const { StackName, StackStatus, Outputs } of Stacks) {
      assert.equal(StackStatus, 'CREATE_COMPLETE', StackName);
      const outputs = Outputs.map(({ OutputKey, OutputValue }: AwsAnswer) => [OutputKey, OutputValue]);
      outputsOf.set(StackName, Object.fromEntries(outputs));
    }
  });

  for (const planCase of cases) {
    test(planCase.name, async () => {
      const outputs = outputsOf.get(stackName(planCase)) ?? {};
      checkOutputs(outputs, planCase);
      const [{ Environment }, policy] = await awsCalls(moto().endpoint, [
        ['lambda', 'get_function_configuration', { FunctionName: outputs.FunctionArn }],
        ['lambda', 'get_policy', { FunctionName: outputs.FunctionArn }],
      ]);
      const { APPROOV_SECRET_ID, APPROOV_ACCOUNT_KEY_ID, ...variables } = Environment.Variables;
      const { readsSecret = true, readsAccountKey = false } = planCase.expected;
      assert.equal(APPROOV_SECRET_ID, readsSecret ? outputs.SecretArn : 'none');
      assert.match(APPROOV_ACCOUNT_KEY_ID, readsAccountKey ? /^arn:aws:secretsmanager:/ : /^none$/);
      assert.partialDeepStrictEqual(variables, {
        APPROOV_DENIAL: 'policy',
        APPROOV_LOG_LEVEL: 'warn',
        ...planCase.settings,
      });
      // An empty variable would fail the authorizer's start.
      assert.ok(!Object.values(variables).includes(''));
      assert.match(policy.Policy, new RegExp(`:${ApiId}/authorizers/\\*`));
    });
  }

  test('gives the observability stack the function and the log group to watch', async () => {
    const { FunctionName, LogGroupName } = outputsOf.get('authorizer-0') ?? {};
    const TemplateBody = await template('observability');
    const Parameters = parameterList({ FunctionName, LogGroupName });
    const [, { MetricAlarms }, { metricFilters }] = await awsCalls(moto().endpoint, [
      ['cloudformation', 'create_stack', { StackName: 'observability', TemplateBody, Parameters }],
      ['cloudwatch', 'describe_alarms', {}],
      ['logs', 'describe_metric_filters', { logGroupName: LogGroupName }],
    ]);
    assert.ok(metricFilters.length > 0, 'no metric filters were made');
    for (const { filterPattern, metricTransformations } of metricFilters) {
      assert.equal(metricTransformations[0].metricNamespace, `Approov/${FunctionName}`, filterPattern);
    }
    const ofTheLog = MetricAlarms.filter(({ Namespace }: AwsAnswer) => Namespace?.startsWith('Approov/'));
    assert.ok(ofTheLog.length > 0, 'no alarm on the log was made');
  });
});

function checkOutputs(outputs: Readonly<Record<string, string>>, { expected }: PlanCase): void {
  const { ttlSeconds, headers, webSocketHeaders = headers } = expected;
  assert.equal(outputs.ResultTtlSeconds, String(ttlSeconds));
  for (const { output, selector, names } of [
    { output: outputs.RestIdentitySources, selector: 'method.request.header.', names: headers },
    { output: outputs.HttpIdentitySources, selector: '$request.header.', names: headers },
    { output: outputs.WebsocketIdentitySources, selector: 'route.request.header.', names: webSocketHeaders },
  ]) {
    const sources = names.length === 0 ? ['none'] : names.map((name) => selector + name);
    assert.deepEqual(output?.split(',').sort(), sources.sort());
  }
  const uri = /:lambda:path\/2015-03-31\/functions\/arn:aws:lambda:.+\/invocations$/;
  assert.match(outputs.AuthorizerUri ?? '', uri);
}
