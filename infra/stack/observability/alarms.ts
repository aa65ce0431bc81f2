import type { TemplateValue } from '../intrinsics.ts';
import { type MetricKey, metrics } from './metrics.ts';
import type { Observation } from './observation.ts';

/** Fewer decisions than this in five minutes say nothing about a share. */
const leastDecisions = 20;

/**
 * The alarms. Each is quiet where there is no data: no requests are no failure.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html}
 */
export function alarms(observation: Observation): Record<string, TemplateValue> {
  const { namespace, alarmActions, refusalAlarmPercent, functions } = observation;
  const sum = (id: MetricKey, period: number) => ({
    Id: id,
    ReturnData: false,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: metrics[id].name },
      Period: period,
      Stat: 'Sum',
    },
  });
  const expression = (text: string, label: string) => ({ Id: 'result', Expression: text, Label: label });
  const alarm = (description: string, rest: Record<string, TemplateValue>) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: `${description} See docs/operations.md of the Approov authorizer.`,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      ...rest,
      AlarmActions: alarmActions,
      OKActions: alarmActions,
    },
  });
  const atLeastOne = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1 };
  return {
    FailureAlarm: alarm('Requests got a 500, or in report-only passed unchecked: no secret, or a fault.', {
      ...atLeastOne,
      Metrics: [
        expression(
          'FILL(failures, 0) + FILL(unanswered, 0) + FILL(notStarted, 0)',
          'Requests without a decision',
        ),
        sum('failures', 60),
        sum('unanswered', 60),
        sum('notStarted', 60),
      ],
    }),
    RefusalAlarm: alarm(
      'An unusual share of the requests is refused: an attack, a bad release, a wrong secret.',
      {
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: refusalAlarmPercent,
        Metrics: [
          expression(
            `IF(FILL(decisions, 0) >= ${leastDecisions}, 100 * (FILL(refused, 0) + FILL(wouldRefuse, 0)) / decisions, 0)`,
            'Refused, % of decisions',
          ),
          sum('decisions', 300),
          sum('refused', 300),
          sum('wouldRefuse', 300),
        ],
      },
    ),
    StaleSecretAlarm: alarm(
      'Secrets Manager cannot be reached and the last good secret serves past its time.',
      {
        ...atLeastOne,
        Namespace: namespace,
        MetricName: metrics.staleSecret.name,
        Statistic: 'Sum',
        Period: 60,
      },
    ),
    ...Object.fromEntries(
      functions.map(({ id, functionName, condition }) => [
        `${id}ThrottleAlarm`,
        {
          ...(condition !== undefined && { Condition: condition }),
          ...alarm('Lambda throttles the authorizer: those requests get a 500.', {
            ...atLeastOne,
            Namespace: 'AWS/Lambda',
            MetricName: 'Throttles',
            Dimensions: [{ Name: 'FunctionName', Value: functionName }],
            Statistic: 'Sum',
            Period: 60,
          }),
        },
      ]),
    ),
  };
}
