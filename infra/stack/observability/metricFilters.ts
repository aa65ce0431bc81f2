import type { TemplateValue } from '../intrinsics.ts';
import { type LogMetric, metrics } from './metrics.ts';
import type { ObservedFunction } from './observation.ts';

/**
 * The metric filters on one function's log group. Those of all functions of a stack add to the same metrics.
 *
 * @param namespace of the metrics.
 * @see {@link https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html}
 */
export function metricFilters(
  { id, logGroupName, dependsOn, condition }: ObservedFunction,
  namespace: TemplateValue,
): Record<string, TemplateValue> {
  const filters = Object.values(metrics).map((metric: LogMetric) => [
    `${id}${metric.name}MetricFilter`,
    {
      Type: 'AWS::Logs::MetricFilter',
      ...(condition !== undefined && { Condition: condition }),
      ...(dependsOn !== undefined && { DependsOn: dependsOn }),
      Properties: {
        LogGroupName: logGroupName,
        FilterPattern: metric.pattern,
        MetricTransformations: [transformation(metric, namespace)],
      },
    },
  ]);
  return Object.fromEntries(filters);
}

function transformation(metric: LogMetric, namespace: TemplateValue): Record<string, TemplateValue> {
  const { name, value, unit, dimensions } = metric;
  return {
    MetricNamespace: namespace,
    MetricName: name,
    MetricValue: value,
    Unit: unit,
    ...(dimensions !== undefined && {
      Dimensions: Object.entries(dimensions).map(([Key, Value]) => ({ Key, Value })),
    }),
    // Zero where lines are written and none of them matches. A duration has no such zero.
    ...(dimensions === undefined && unit === 'Count' && { DefaultValue: 0 }),
  };
}
