import { CfnResource } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { observabilityResources } from './stackRules';

/** What is observed, and who is told. */
export interface Observation {
  readonly handler: IFunction;
  readonly logGroup: ILogGroup;
  readonly refusalAlarmPercent: number;
  readonly alarmTopic?: ITopic;
}

/** Adds the metrics, the alarms and the dashboard of all stacks, which make them of the authorizer's log. */
export function observe(scope: Construct, observation: Observation): void {
  const { handler, logGroup, refusalAlarmPercent, alarmTopic } = observation;
  const { filters, alarms, dashboard } = observabilityResources({
    functionName: handler.functionName,
    logGroupName: logGroup.logGroupName,
    namespace: `Approov/\${${functionName}}`,
    // CloudFormation chooses a name. Names of dashboards are one for all regions of an account.
    dashboardName: undefined,
    refusalAlarmPercent,
    alarmActions: alarmTopic ? [alarmTopic.topicArn] : [],
  });
  for (const [id, { Type, Properties }] of Object.entries({ ...filters, ...alarms, ...dashboard })) {
    new CfnResource(scope, id, {
      type: Type,
      properties: withFunctionName(Properties, handler.functionName),
    });
  }
}

/** Placeholder for the name of the function, which is known only during the deployment. */
const functionName = 'FunctionName';

/** The value of a template with the name in each `Fn::Sub` that has the placeholder. */
function withFunctionName<Value>(value: Value, name: string): Value {
  const filled = JSON.parse(JSON.stringify(value), (key, inner) => {
    if (key !== 'Fn::Sub') return inner;
    const [text, values] = typeof inner === 'string' ? [inner, {}] : inner;
    return text.includes(`\${${functionName}}`) ? [text, { ...values, [functionName]: name }] : inner;
  });
  return filled;
}
