// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { Document, isScalar, isSeq, type Node, type Pair, Scalar, visit } from 'yaml';
import { cfn, type TemplateValue } from '../stack/intrinsics.ts';
import { observabilityResources } from '../stack/observability/resources.ts';
import { stackParameters } from '../stack/parameters.ts';

const { alarmTopicArn, refusalAlarmPercent } = stackParameters;

/** infra/cloudformation/observability.yaml: metrics, alarms and a dashboard for an existing authorizer function. */
export function observabilityYaml(): string {
  const { filters, alarms, dashboard } = observabilityResources({
    functionName: cfn.ref('FunctionName'),
    logGroupName: cfn.ref('LogGroupName'),
    namespace: 'Approov/${FunctionName}',
    // The names of dashboards are unique in an account, across its Regions.
    dashboardName: cfn.sub('${AWS::StackName}-${AWS::Region}'),
    refusalAlarmPercent: cfn.ref('RefusalAlarmPercent'),
    alarmActions: cfn.if('HasAlarmTopic', [cfn.ref('AlarmTopicArn')], []),
  });
  return templateYaml({
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      'Metrics, alarms and a dashboard for an Approov authorizer function. Instructions: docs/operations.md',
    Parameters: {
      FunctionName: { Type: 'String', MinLength: 1, Description: 'Name of the authorizer function.' },
      LogGroupName: { Type: 'String', MinLength: 1, Description: 'Name of its log group.' },
      AlarmTopicArn: {
        Type: 'String',
        Default: alarmTopicArn.default,
        AllowedPattern: `${alarmTopicArn.default}|${alarmTopicArn.rule.pattern}`,
        Description: alarmTopicArn.description,
      },
      RefusalAlarmPercent: {
        Type: 'Number',
        Default: refusalAlarmPercent.default,
        MinValue: refusalAlarmPercent.rule.from,
        MaxValue: refusalAlarmPercent.rule.to,
        Description: refusalAlarmPercent.description,
      },
    },
    Conditions: { HasAlarmTopic: cfn.not(cfn.equals(cfn.ref('AlarmTopicArn'), alarmTopicArn.default)) },
    Resources: { ...filters, ...alarms, ...dashboard },
  });
}

/** The template with intrinsic functions in their short form, for CloudFormation, which reads YAML 1.1, and for people. */
function templateYaml(template: TemplateValue): string {
  const document = new Document(template, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Map: (_, { items: [pair, ...others] }) => (others.length === 0 ? shortForm(pair) : undefined),
    Seq: (_, list) => {
      list.flow = JSON.stringify(list).length < 100;
    },
  });
  return document.toString({ directives: false, lineWidth: 110, blockQuote: 'literal' });
}

function shortForm(pair: Pair<unknown, unknown> | undefined): Node | undefined {
  const name = /^(?:Fn::(?=.)|(?=Ref$))(\w+)$/.exec(String(pair?.key))?.[1];
  if (name === undefined) return undefined;
  let argument = pair?.value as Node;
  if (name === 'GetAtt' && isSeq(argument)) argument = new Scalar(argument.items.filter(isScalar).join('.'));
  argument.tag = `!${name}`;
  return argument;
}
