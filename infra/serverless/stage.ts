import { accessLogFormat } from '../stack/accessLogFormat.ts';
import { lambda } from '../stack/lambda.ts';
import { type Parameters, parameterValue, readParameters, type ServerlessContext } from './parameters.ts';
import { planStage } from './stagePlan.ts';
import { stageResources } from './stageResources.ts';

/**
 * The value of `custom.stage` in serverless.yml: everything there that depends on a stage parameter.
 *
 * @throws ParameterError with everything that is wrong about the parameters.
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
 * @param stackName service and stage, for the names of what is created.
 */
export function stageVariables(parameters: Parameters, stackName: string) {
  const plan = planStage(parameters);
  const { environment, caching, corsHeaders, corsOrigin } = plan;
  const sources = (prefix: string, headers = caching.headers) =>
    headers.map((name) => `${prefix}request.header.${name}`);
  const hasSources = caching.headers.length > 0;
  // Every route names the authorizer with the same object: of two routes with different settings for one authorizer,
  // Serverless would silently keep one setting.
  const restAuthorizer = {
    name: 'authorizer',
    type: 'request',
    resultTtlInSeconds: caching.ttlSeconds,
    ...(hasSources && { identitySource: sources('method.').join(', ') }),
  };
  const cors = { origin: corsOrigin, headers: corsHeaders };
  return {
    environment,
    httpAuthorizers: {
      approov: {
        type: 'request',
        functionName: 'authorizer',
        payloadVersion: '2.0',
        enableSimpleResponses: plan.isSimpleResponse,
        resultTtlInSeconds: caching.ttlSeconds,
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
      ...(plan.hasWebsocket
        ? [
            {
              websocket: {
                route: '$connect',
                authorizer: { name: 'authorizer', identitySource: sources('route.', plan.websocketHeaders) },
              },
            },
            { websocket: { route: '$default', routeResponseSelectionExpression: '$default' } },
          ]
        : []),
    ],
    cors,
    accessLogFormat,
    // For restThrottling.ts.
    throttling: plan.throttling ?? null,
    stack: {
      ...lambda,
      memorySize: Number(parameterValue(parameters, 'memoryMegabytes')),
      architecture: parameterValue(parameters, 'architecture'),
      logRetentionInDays: Number(parameterValue(parameters, 'logRetentionDays')),
    },
    resources: stageResources(plan, stackName),
  };
}
