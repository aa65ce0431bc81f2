import { CfnResource, Fn } from 'aws-cdk-lib';
import { CfnAlarm, CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
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
  readonly createAlarms: boolean;
  readonly createDashboard: boolean;
}

/** Adds the metrics, and the alarms and the dashboard if they are wanted, that every stack makes of the authorizer's log. */
export function observe(
  scope: Construct,
  { handler, logGroup, refusalAlarmPercent, alarmTopic, createAlarms, createDashboard }: Observation,
): { alarms: Record<string, CfnAlarm>; dashboard?: CfnDashboard } {
  const { filters, alarms, dashboard } = observabilityResources({
    functionName: handler.functionName,
    logGroupName: logGroup.logGroupName,
    namespace: `Approov/\${${functionName}}`,
    // CloudFormation chooses a name. Names of dashboards are one for all regions of an account.
    dashboardName: undefined,
    refusalAlarmPercent,
    alarmActions: alarmTopic ? [alarmTopic.topicArn] : [],
  });
  const filled = <Value>(value: Value) => withFunctionName(value, handler.functionName);
  for (const [id, { Type, Properties }] of Object.entries(filters)) {
    new CfnResource(scope, id, { type: Type, properties: filled(Properties) });
  }
  const made = Object.entries(createAlarms ? alarms : {}).map(([id, { Properties }]) => [
    id,
    new CfnAlarm(scope, id, asProps(filled(Properties))),
  ]);
  const [shown] = Object.entries(createDashboard ? dashboard : {}).map(
    ([id, { Properties }]) => new CfnDashboard(scope, id, asProps(filled(Properties))),
  );
  return { alarms: Object.fromEntries(made), dashboard: shown };
}

/** Placeholder for the name of the function, which is known only during the deployment. */
const functionName = 'FunctionName';

/** The value of a template with CDK's own `Fn.sub`, in which the name of the function is filled in. */
function withFunctionName<Value>(value: Value, name: string): Value {
  return JSON.parse(JSON.stringify(value), (_, inner) => {
    const sub = inner?.['Fn::Sub'];
    if (sub === undefined) return inner;
    const [text, values = {}] = typeof sub === 'string' ? [sub] : sub;
    return Fn.sub(text, text.includes(`\${${functionName}}`) ? { ...values, [functionName]: name } : values);
  });
}

/** Properties as CDK's classes name them: `AlarmActions` as `alarmActions`, `OKActions` as `okActions`. */
// biome-ignore lint/suspicious/noExplicitAny: any properties
function asProps(properties: any): any {
  if (Array.isArray(properties)) return properties.map(asProps);
  if (typeof properties !== 'object' || properties === null) return properties;
  const entries = Object.entries(properties).map(([name, value]) => [
    name.replace(/^(?:[A-Z]+(?=[A-Z][a-z])|[A-Z])/, (start) => start.toLowerCase()),
    asProps(value),
  ]);
  return Object.fromEntries(entries);
}
