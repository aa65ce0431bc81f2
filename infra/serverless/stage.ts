import { settings } from '../../src/config/settings.ts';
import { accessLogFormat } from '../stack/accessLogFormat.ts';
import { cfn } from '../stack/intrinsics.ts';
import { lambda } from '../stack/lambda.ts';
import { brokenParameters, unusedWord } from '../stack/parameters.ts';
import { planStack, type StackPlan } from '../stack/plan.ts';
import { secretIds } from '../stack/secrets.ts';
import {
  ParameterError,
  type Parameters,
  parameterNames,
  parameterValue,
  readParameters,
  type ServerlessContext,
} from './parameters.ts';
import { throttlingOf } from './restThrottling.ts';
import { stageResources } from './stageResources.ts';

/**
 * The value of `custom.stage` in serverless.yml: everything there that depends on a stage parameter.
 *
 * @throws ParameterError with everything that is wrong about the parameters
 */
export async function stage(context: ServerlessContext) {
  const parameters = await readParameters(context);
  const [service, name] = await Promise.all([
    context.resolveVariable('self:service'),
    context.resolveVariable('sls:stage'),
  ]);
  return stageVariables(parameters, `${service}-${name}`);
}

/**
 * As {@link stage}, with the parameters already read.
 *
 * @param stackName service and stage, for the names of what is created
 */
export function stageVariables(parameters: Parameters, stackName: string) {
  const plan = planStage(parameters);
  const sources = (prefix: string, headers = plan.headers) =>
    headers.map((name) => `${prefix}request.header.${name}`);
  const hasSources = plan.headers.length > 0;
  // Every route names the authorizer with the same object: of two routes with different settings for one authorizer,
  // Serverless would silently keep one setting.
  const restAuthorizer = {
    name: 'authorizer',
    type: 'request',
    resultTtlInSeconds: plan.ttlSeconds,
    ...(hasSources && { identitySource: sources('method.').join(', ') }),
  };
  const cors = { origin: parameterValue(parameters, 'corsOrigin'), headers: plan.corsHeaders };
  return {
    environment: environmentOf(plan, parameters),
    httpAuthorizers: {
      approov: {
        type: 'request',
        functionName: 'authorizer',
        payloadVersion: '2.0',
        enableSimpleResponses: plan.isSimpleResponse,
        resultTtlInSeconds: plan.ttlSeconds,
        ...(hasSources && { identitySource: sources('$') }),
      },
    },
    helloEvents: [
      ...['get', 'post'].map((method) => ({
        http: { method, path: 'hello', authorizer: restAuthorizer, cors },
      })),
      ...['GET', 'POST'].map((method) => ({
        httpApi: { method, path: '/hello', authorizer: { name: 'approov' } },
      })),
      ...(parameters.websocket === 'on'
        ? [
            {
              websocket: {
                route: '$connect',
                authorizer: { name: 'authorizer', identitySource: sources('route.', plan.webSocketHeaders) },
              },
            },
            { websocket: { route: '$default', routeResponseSelectionExpression: '$default' } },
          ]
        : []),
    ],
    cors,
    accessLogFormat,
    // For restThrottling.ts.
    throttling: throttlingOf(parameters) ?? null,
    stack: {
      timeoutSeconds: lambda.timeoutSeconds,
      // Another one is set by stageResources.ts.
      runtime: lambda.runtime,
      memorySize: Number(parameterValue(parameters, 'memoryMegabytes')),
      architecture: parameterValue(parameters, 'architecture'),
      logRetentionInDays: Number(parameterValue(parameters, 'logRetentionDays')),
    },
    resources: stageResources(plan, parameters, stackName),
  };
}

/** @throws ParameterError with everything that is wrong */
function planStage(parameters: Parameters): StackPlan {
  const ttl = parameters.authorizerTtlSeconds;
  const { plan, problems } = planStack(
    {
      settings: parameters.settings ?? {},
      ttlSeconds: ttl === undefined ? undefined : Number(ttl),
      identitySourceHeaders: parameters.identitySourceHeaders?.split(',').map((name) => name.trim()),
      hidesToken: parameters.hideToken === 'on',
    },
    { nameOf: (name) => settings[name].variable, secret: 'secretArn', accountKey: 'accountKeyArn' },
  );
  const all = [...ownProblems(parameters), ...(plan ? secretProblems(plan, parameters) : problems)];
  if (!plan || all.length > 0) throw new ParameterError(all);
  return plan;
}

function ownProblems(parameters: Parameters): string[] {
  const problems = brokenParameters({ ...parameters }, parameterNames);
  if ((parameters.throttlingRateLimit === undefined) !== (parameters.throttlingBurstLimit === undefined)) {
    problems.push('throttlingRateLimit and throttlingBurstLimit must be given together');
  }
  return problems;
}

function secretProblems(plan: StackPlan, { secretArn, accountKeyArn }: Parameters): string[] {
  const problems: string[] = [];
  if (accountKeyArn !== undefined && !plan.needsAccountKey) {
    problems.push('accountKeyArn is only used with APPROOV_MESSAGE_SIGNING=account or any');
  }
  if (secretArn !== undefined && plan.needsSecret !== (secretArn !== unusedWord)) {
    problems.push(
      plan.needsSecret
        ? 'secretArn must be an ARN, because APPROOV_ALGORITHMS has HS256'
        : `secretArn must be ${unusedWord} or unset, because APPROOV_ALGORITHMS is without HS256`,
    );
  }
  return problems;
}

/** A setting that is unset is absent: an empty one fails the authorizer's start. */
function environmentOf({ environment, needsSecret, needsAccountKey }: StackPlan, parameters: Parameters) {
  const { secretArn, accountKeyArn } = parameters;
  return {
    ...environment,
    ...(needsSecret && { APPROOV_SECRET_ID: secretArn ?? cfn.ref(secretIds.token) }),
    ...(needsAccountKey && { APPROOV_ACCOUNT_KEY_ID: accountKeyArn ?? cfn.ref(secretIds.accountKey) }),
  };
}
