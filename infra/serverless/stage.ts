import { type Parameters, readParameters, type ServerlessContext } from './parameters.ts';
import { secretResources } from './secretResources.ts';
import { planStage } from './stagePlan.ts';

/** A variable that Serverless resolves in its turn. */
const file = (name: string) => `\${file(./infra/serverless/${name}.yml)}`;

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
  const { environments, caching } = plan;
  const sources = (prefix: string) => caching.headers.map((name) => `${prefix}request.header.${name}`);
  const hasSources = caching.headers.length > 0;
  const hasWebsocket = parameters.websocket === 'on';
  const makesLogRole = parameters.apiGatewayLogRole !== 'existing';
  return {
    rest: {
      environment: environments.rest,
      authorizer: {
        name: 'restAuthorizer',
        type: 'request',
        resultTtlInSeconds: caching.ttlSeconds,
        ...(hasSources && { identitySource: sources('method.').join(', ') }),
      },
    },
    http: {
      environment: environments.http,
      authorizers: {
        approov: {
          type: 'request',
          functionName: 'httpAuthorizer',
          payloadVersion: '2.0',
          enableSimpleResponses: plan.isSimpleResponse,
          resultTtlInSeconds: caching.ttlSeconds,
          ...(hasSources && { identitySource: sources('$') }),
        },
      },
    },
    websocket: {
      environment: environments.websocket,
      identitySource: sources('route.'),
      functions: hasWebsocket ? file('websocketFunctions') : {},
      resources: hasWebsocket ? file('websocketResources') : {},
    },
    cors: { origin: parameters.corsOrigin ?? '*', headers: plan.corsHeaders },
    secrets: secretResources(plan, stackName),
    stack: {
      memorySize: Number(parameters.memoryMegabytes ?? 512),
      logRetentionInDays: Number(parameters.logRetentionDays ?? 30),
      accountResources: makesLogRole ? file('accountLogging') : {},
      // A WebSocket API's stage is refused its access log while the account has no role for it.
      accountOrder:
        makesLogRole && hasWebsocket
          ? { extensions: { WebsocketsDeploymentStage: { DependsOn: 'ApiGatewayAccount' } } }
          : {},
    },
  };
}
