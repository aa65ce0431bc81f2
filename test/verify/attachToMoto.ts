import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type AwsAnswer, awsCalls } from './awsCalls.ts';
import { withMoto } from './motoServer.ts';
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

/**
 * Deploys infra/cloudformation/attach.yaml into moto, as docs/attach.md says, and reads back the function, its variables, who may call it, and
 * the outputs that people enter in API Gateway.
 */
export async function attachToMoto(): Promise<string> {
  await packageServerless('attach');
  return withMoto(async (moto) => {
    const template = await readFile(`${root}infra/cloudformation/attach.yaml`, 'utf8');
    const [, , , stacks] = await awsCalls(moto.endpoint, [
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
    const outputs = Object.fromEntries(
      Outputs.map(({ OutputKey, OutputValue }: AwsAnswer) => [OutputKey, OutputValue]),
    );
    checkOutputs(outputs);
    const FunctionName = outputs.FunctionArn;
    const [configuration, policy] = await awsCalls(moto.endpoint, [
      ['lambda', 'get_function_configuration', { FunctionName }],
      ['lambda', 'get_policy', { FunctionName }],
    ]);
    checkVariables(configuration.Environment.Variables, outputs.SecretArn);
    assert.match(
      policy.Policy,
      new RegExp(`:${ApiId}/authorizers/\\*`),
      'only authorizers of the API may call it',
    );
    return `function, permission and ${Object.keys(outputs).length} outputs read back`;
  });
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

/** What is given is set, what is unset is absent: an empty variable would fail the authorizer's start. */
function checkVariables(variables: Readonly<Record<string, string>>, secretArn: string | undefined): void {
  assert.equal(variables.APPROOV_SECRET_ID, secretArn);
  assert.equal(variables.APPROOV_BINDING, 'required');
  assert.equal(variables.APPROOV_LOG_LEVEL, 'warn');
  for (const [name, value] of Object.entries(variables)) {
    assert.notEqual(value, '', `${name} is empty`);
  }
  assert.equal('APPROOV_ISSUER' in variables, false, 'APPROOV_ISSUER is unset');
}
