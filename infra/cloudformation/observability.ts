// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { alarmActions, observabilityParameters } from '../stack/authorizerParameters.ts';
import { cfn, isGiven, type TemplateValue } from '../stack/intrinsics.ts';
import { observabilityResources } from '../stack/observability/resources.ts';

/** infra/cloudformation/observability.yaml: metrics, alarms and a dashboard for an authorizer function that is there. */
export function observabilityTemplate(): Record<string, TemplateValue> {
  const resources = observabilityResources({
    functionName: cfn.ref('FunctionName'),
    logGroupName: cfn.ref('LogGroupName'),
    namespace: 'Approov/${FunctionName}',
    dashboardName: cfn.ref('AWS::StackName'),
    refusalAlarmPercent: cfn.ref('RefusalAlarmPercent'),
    alarmActions,
  });
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      'Metrics, alarms and a dashboard for an Approov authorizer function. Instructions: docs/operations.md',
    Parameters: observabilityParameters,
    Conditions: { HasAlarmTopic: isGiven('AlarmTopicArn') },
    Resources: { ...resources.filters, ...resources.alarms, ...resources.dashboard },
  };
}
