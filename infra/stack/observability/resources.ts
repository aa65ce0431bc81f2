import { cfn, type Section, type TemplateValue } from '../intrinsics.ts';
import { type Alarming, alarms } from './alarms.ts';
import { dashboard } from './dashboard.ts';
import { type LogMetric, metrics } from './metrics.ts';

/** What to observe, and whom the alarms notify. */
export interface Observation extends Omit<Alarming, 'namespace'> {
  /** Of the metrics. It may hold CloudFormation's placeholders. */
  readonly namespace: string;
  readonly logGroupName: TemplateValue;
  readonly dashboardName: TemplateValue;
}

/**
 * What operators see of an authorizer, as CloudFormation resources: metrics made of its JSON log, alarms and a
 * dashboard. Every stack takes them from here.
 */
export function observabilityResources(observation: Observation): {
  readonly filters: Section;
  readonly alarms: Section;
  readonly dashboard: Section;
} {
  const { logGroupName, dashboardName } = observation;
  const isText = !observation.namespace.includes('${');
  const namespace = isText ? observation.namespace : cfn.sub(observation.namespace);
  const filters = Object.values(metrics).map((metric: LogMetric) => [
    `${metric.name}MetricFilter`,
    {
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        LogGroupName: logGroupName,
        FilterPattern: metric.pattern,
        MetricTransformations: [transformation(metric, namespace)],
      },
    },
  ]);
  return {
    filters: Object.fromEntries(filters),
    alarms: alarms({ ...observation, namespace }),
    dashboard: {
      ApproovDashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardName: dashboardName,
          DashboardBody: dashboard(observation.namespace, logGroupName),
        },
      },
    },
  };
}

/**
 * @see {@link https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html}
 */
function transformation(metric: LogMetric, namespace: TemplateValue): TemplateValue {
  const { name, value, unit, dimensions } = metric;
  return {
    MetricNamespace: namespace,
    MetricName: name,
    MetricValue: value,
    Unit: unit,
    Dimensions:
      dimensions && Object.entries(dimensions).map(([Key, Value]): TemplateValue => ({ Key, Value })),
    // Zero where lines are written and none of them matches. A duration has no such zero.
    DefaultValue: dimensions === undefined && unit === 'Count' ? 0 : undefined,
  };
}
