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
  Binding: 'required',
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
          Body: { file: `${root}.cache/serverless-attach/restAuthorizer.zip` },
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
});

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

/** A given setting is set, and an unset one is absent: an empty variable would fail the authorizer's start. */
function checkVariables(variables: Readonly<Record<string, string>>, secretArn: string | undefined): void {
  assert.equal(variables.APPROOV_SECRET_ID, secretArn);
  assert.equal(variables.APPROOV_BINDING, 'required');
  assert.equal(variables.APPROOV_LOG_LEVEL, 'warn');
  for (const [name, value] of Object.entries(variables)) {
    assert.notEqual(value, '', `${name} is empty`);
  }
  assert.equal('APPROOV_ISSUER' in variables, false, 'APPROOV_ISSUER is unset');
}
