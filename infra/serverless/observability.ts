import { cfn, type TemplateValue } from '../stack/intrinsics.ts';
import { observabilityResources } from '../stack/observability/resources.ts';
import type { Parameters } from './parameters.ts';

/** Share of refusals that is unusual, when the stage does not say. */
export const defaultRefusalAlarmPercent = 25;

/**
 * Metrics, alarms and dashboard of a stage's authorizer.
 *
 * @param stackName service and stage: the dashboard's name and the end of the metrics' namespace.
 */
export function stageObservability(parameters: Parameters, stackName: string): Record<string, TemplateValue> {
  const { alarmTopicArn, refusalAlarmPercent } = parameters;
  return observabilityResources({
    functions: [
      {
        id: 'Authorizer',
        functionName: cfn.ref('AuthorizerLambdaFunction'),
        logGroupName: cfn.ref('AuthorizerLogGroup'),
      },
    ],
    namespace: `Approov/${stackName}`,
    dashboardName: stackName,
    refusalAlarmPercent: Number(refusalAlarmPercent ?? defaultRefusalAlarmPercent),
    alarmActions: alarmTopicArn === undefined ? [] : [alarmTopicArn],
  });
}
