// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { cfn } from '../stack/intrinsics.ts';
import { observabilityResources } from '../stack/observability/resources.ts';
import type { Template } from '../stack/template.ts';
import { isUnset, templateParameters } from '../stack/templateParameters.ts';

const { filters, alarms, dashboard } = observabilityResources({
  functionName: cfn.ref('FunctionName'),
  logGroupName: cfn.ref('LogGroupName'),
  namespace: 'Approov/${FunctionName}',
  // The names of dashboards are unique in an account, across its Regions.
  dashboardName: cfn.sub('${AWS::StackName}-${AWS::Region}'),
  refusalAlarmPercent: cfn.ref('RefusalAlarmPercent'),
  alarmActions: cfn.if('HasAlarmTopic', [cfn.ref('AlarmTopicArn')], []),
});

/**
 * infra/cloudformation/observability.yaml: metrics, alarms and a dashboard for an existing authorizer function.
 */
export const observabilityTemplate: Template = {
  description:
    'Metrics, alarms and a dashboard for an Approov authorizer function. Instructions: docs/operations.md',
  parameters: [
    {
      comment: 'What is observed: outputs of the stack that has the function.',
      entries: templateParameters('functionName', 'logGroupName'),
    },
    { comment: 'Alarms.', entries: templateParameters('alarmTopicArn', 'refusalAlarmPercent') },
  ],
  conditions: [
    {
      comment: 'Whether anybody is notified.',
      entries: { HasAlarmTopic: cfn.not(isUnset('AlarmTopicArn')) },
    },
  ],
  resources: [
    { comment: 'Metrics that CloudWatch makes of the JSON log.', entries: filters },
    {
      comment: 'Alarms on them, and on throttles of Lambda. docs/operations.md says what to do.',
      entries: alarms,
    },
    { comment: 'The dashboard, named after the stack and its Region.', entries: dashboard },
  ],
  outputs: [],
};
