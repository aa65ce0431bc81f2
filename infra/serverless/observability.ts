import { cfn, type TemplateValue } from '../stack/intrinsics.ts';
import type { ObservedFunction } from '../stack/observability/observation.ts';
import { observabilityResources } from '../stack/observability/resources.ts';
import { type Parameters, readParameters, type ServerlessContext } from './parameters.ts';

/** Share of refusals that is unusual, when the stage does not say. */
export const defaultRefusalAlarmPercent = 25;

/**
 * The value of a variable in serverless.yml's `resources`: metrics, alarms and dashboard of the stage's authorizers.
 *
 * @throws ParameterError for a parameter of an unknown name.
 */
export async function observability(context: ServerlessContext) {
  const parameters = await readParameters(context);
  const [service, stage] = await Promise.all([
    context.resolveVariable('self:service'),
    context.resolveVariable('sls:stage'),
  ]);
  return { Resources: stageObservability(parameters, `${service}-${stage}`) };
}

/**
 * As {@link observability}, with the parameters already read.
 *
 * @param stackName service and stage: the dashboard's name and the end of the metrics' namespace.
 */
export function stageObservability(parameters: Parameters, stackName: string): Record<string, TemplateValue> {
  const { websocket, alarmTopicArn, refusalAlarmPercent } = parameters;
  const names = ['restAuthorizer', 'httpAuthorizer', ...(websocket === 'on' ? ['websocketAuthorizer'] : [])];
  return observabilityResources({
    functions: names.map(observedFunction),
    namespace: `Approov/${stackName}`,
    dashboardName: stackName,
    refusalAlarmPercent: Number(refusalAlarmPercent ?? defaultRefusalAlarmPercent),
    alarmActions: alarmTopicArn === undefined ? [] : [alarmTopicArn],
  });
}

/** Serverless derives the logical ids from a function's name. */
function observedFunction(name: string): ObservedFunction {
  const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return {
    id,
    functionName: cfn.ref(`${id}LambdaFunction`),
    logGroupName: cfn.ref(`${id}LogGroup`),
  };
}
