import type { Section, TemplateValue } from '../intrinsics.ts';
import { metrics, staleKeysetMessage, staleSecretMessage, staleUserKeysMessage } from './metrics.ts';

/** What the alarms watch, and whom they notify. */
export interface Alarming {
  readonly functionName: TemplateValue;
  /** Namespace of the metrics. */
  readonly namespace: TemplateValue;
  /** Percentage of decisions over five minutes. */
  readonly refusalAlarmPercent: TemplateValue;
  /** A list of ARNs, or a function of CloudFormation that gives one. */
  readonly alarmActions: TemplateValue;
}

/** Fewer decisions than this in five minutes say nothing about a share. */
const leastDecisions = 20;

/**
 * The alarms. Each is quiet where there is no data: no requests are no failure. An alarm cannot search, so each names a
 * metric without dimensions or with exactly their values.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html}
 */
export function alarms(about: Alarming): Section {
  const { functionName, namespace, refusalAlarmPercent, alarmActions } = about;
  const alarm = (description: string, rest: Section): TemplateValue => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: `${description} See docs/operations.md of the Approov authorizer.`,
      ...rest,
      TreatMissingData: 'notBreaching',
      AlarmActions: alarmActions,
      OKActions: alarmActions,
    },
  });
  /** Alarms at the first occurrence in a minute. */
  const atOnce = (metric: Section): Section => ({
    ...metric,
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
  });
  const stale = (message: string, description: string): TemplateValue =>
    alarm(
      description,
      atOnce({
        Namespace: namespace,
        MetricName: metrics.secretEvents.name,
        Dimensions: [{ Name: 'Message', Value: message }],
      }),
    );
  const ofTheLog = (Id: string, MetricName: string, Stat: string): TemplateValue => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: namespace, MetricName }, Period: 300, Stat },
  });
  return {
    FailureAlarm: alarm(
      'Requests got a 500, or in report-only passed unchecked: no secret, no keys, or a fault.',
      atOnce({ Namespace: namespace, MetricName: metrics.failures.name }),
    ),
    RefusalAlarm: alarm(
      'An unusual share of requests is refused: an attack, a bad release, a wrong secret.',
      {
        Metrics: [
          {
            Id: 'share',
            Expression: `IF(decisions >= ${leastDecisions}, 100 * refused / decisions, 0)`,
            Label: 'Refused, % of decisions',
          },
          ofTheLog('decisions', metrics.duration.name, 'SampleCount'),
          ofTheLog('refused', metrics.refused.name, 'Sum'),
        ],
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: refusalAlarmPercent,
      },
    ),
    StaleSecretAlarm: stale(
      staleSecretMessage,
      'Secrets Manager cannot be reached, and the last good secret serves past its time.',
    ),
    StaleKeysetAlarm: stale(
      staleKeysetMessage,
      'The keyset cannot be fetched, and the last good one serves past its time.',
    ),
    StaleUserKeysAlarm: stale(
      staleUserKeysMessage,
      "The keys of the users' issuer cannot be fetched, and the last good ones serve past their time.",
    ),
    ThrottleAlarm: alarm(
      'Lambda throttles the authorizer: those requests get a 500.',
      atOnce({
        Namespace: 'AWS/Lambda',
        MetricName: 'Throttles',
        Dimensions: [{ Name: 'FunctionName', Value: functionName }],
      }),
    ),
  };
}
