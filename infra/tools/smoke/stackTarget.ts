import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { readEnvironment } from '../../../src/config/readEnvironment.ts';
import { type SmokeApi, type SmokeTarget, SmokeTargetError } from './target.ts';

/** Outputs of serverless.yml, whose URLs lack the path of Hello, and of the SAM template, whose URLs are whole. */
export const outputs = [
  { kind: 'rest', key: 'ServiceEndpoint', path: '/hello' },
  { kind: 'http', key: 'HttpApiUrl', path: '/hello' },
  { kind: 'websocket', key: 'ServiceEndpointWebsocket', path: '' },
  { kind: 'rest', key: 'RestUrl', path: '' },
  { kind: 'http', key: 'HttpUrl', path: '' },
  { kind: 'websocket', key: 'WebsocketUrl', path: '' },
] as const;

/** Logical id of the authorizer function in both. */
export const authorizerFunction = /^Authorizer(Lambda)?Function$/;

/**
 * Finds out about a stack of this project, with the caller's own rights.
 *
 * @throws SmokeTargetError when it is no such stack, or the caller may not read it.
 */
export async function stackTarget(stackName: string, region: string): Promise<SmokeTarget> {
  const cloudFormation = new CloudFormationClient({ region });
  const apis = await apisOf(cloudFormation, stackName);
  const { functionName, logGroups } = await resourcesOf(cloudFormation, stackName);
  const { Environment } = await new LambdaClient({ region }).send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  const { config } = readEnvironment(Environment?.Variables ?? {});
  return { description: 'a stack', apis, config, isTemplate: true, logGroups };
}

async function apisOf(client: CloudFormationClient, StackName: string): Promise<SmokeApi[]> {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  const values = new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const apis = outputs.flatMap(({ kind, key, path }) => {
    const value = values.get(key);
    return value === undefined ? [] : [{ kind, url: `${value}${path}` }];
  });
  if (apis.length === 0) {
    throw new SmokeTargetError(`stack ${StackName} has none of this project's outputs`);
  }
  return apis;
}

async function resourcesOf(client: CloudFormationClient, StackName: string) {
  const logGroups: string[] = [];
  let functionName: string | undefined;
  for await (const { StackResourceSummaries } of paginateListStackResources({ client }, { StackName })) {
    for (const { LogicalResourceId, ResourceType, PhysicalResourceId } of StackResourceSummaries ?? []) {
      if (ResourceType === 'AWS::Logs::LogGroup' && PhysicalResourceId !== undefined) {
        logGroups.push(PhysicalResourceId);
      }
      if (ResourceType === 'AWS::Lambda::Function' && authorizerFunction.test(LogicalResourceId ?? '')) {
        functionName = PhysicalResourceId;
      }
    }
  }
  if (functionName === undefined) {
    throw new SmokeTargetError(`stack ${StackName} has no authorizer function of this project`);
  }
  return { functionName, logGroups };
}
