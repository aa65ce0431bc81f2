import type { Section, TemplateValue } from '../../stack/intrinsics.ts';
import { observabilityResources } from '../../stack/observability/resources.ts';
import { type Block, expression, substituted } from './hcl.ts';
import { snakeCase } from './parameterVariable.ts';

type Properties = Readonly<Record<string, TemplateValue>>;

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform's own references
const { filters, alarms, dashboard } = observabilityResources({
  functionName: '${aws_lambda_function.this[0].function_name}',
  logGroupName: '${aws_cloudwatch_log_group.this[0].name}',
  namespace: 'Approov/${var.name}',
  // The names of dashboards are unique in an account, across its Regions.
  dashboardName: '${var.name}-${data.aws_region.current.region}',
  refusalAlarmPercent: '${var.refusal_alarm_percent}',
  alarmActions: '${local.alarm_actions}',
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Terraform's own references

const count = { count: 'local.create_observability ? 1 : 0' };

/** observability.tf: the metric filters, alarms and dashboard of all stacks. */
export const observabilityBlocks: readonly Block[] = [
  ...resourcesOf(filters).map(([id, properties]) =>
    metricFilter(id.replace(/MetricFilter$/, ''), properties),
  ),
  ...resourcesOf(alarms).map(([id, properties]) => alarm(id.replace(/Alarm$/, ''), properties)),
  ...resourcesOf(dashboard).map(([, properties]) => dashboardBlock(properties)),
];

function metricFilter(metric: string, properties: Properties): Block {
  const [transformation] = properties.MetricTransformations as unknown as readonly Properties[];
  const { MetricNamespace, MetricName, MetricValue, Unit, Dimensions, DefaultValue } = transformation ?? {};
  return {
    header: `resource "aws_cloudwatch_log_metric_filter" "${label(metric)}"`,
    attributes: [
      count,
      {
        name: nameOf(metric),
        log_group_name: given(properties.LogGroupName),
        pattern: given(properties.FilterPattern),
      },
    ],
    blocks: [
      {
        header: 'metric_transformation',
        attributes: [
          {
            namespace: given(MetricNamespace),
            name: given(MetricName),
            value: given(MetricValue),
            unit: given(Unit),
            dimensions: dimensionsOf(Dimensions, 'Key'),
            default_value: given(DefaultValue),
          },
        ],
      },
    ],
  };
}

function alarm(name: string, { Dimensions, Metrics, ...properties }: Properties): Block {
  return {
    header: `resource "aws_cloudwatch_metric_alarm" "${label(name)}"`,
    attributes: [
      count,
      { alarm_name: nameOf(name), ...attributesOf(properties), dimensions: dimensionsOf(Dimensions, 'Name') },
      { tags: 'var.tags' },
    ],
    blocks: ((Metrics ?? []) as readonly Properties[]).map(metricQuery),
  };
}

/** CloudWatch takes a query as the alarm's result by default, and Terraform does not. */
function metricQuery({ MetricStat, ReturnData = true, ...properties }: Properties): Block {
  const { Metric, Period, Stat } = (MetricStat ?? {}) as Properties;
  return {
    header: 'metric_query',
    attributes: [{ ...attributesOf(properties), return_data: given(ReturnData) }],
    blocks: MetricStat
      ? [
          {
            header: 'metric',
            attributes: [{ ...attributesOf(Metric as Properties), period: given(Period), stat: given(Stat) }],
          },
        ]
      : [],
  };
}

function dashboardBlock({ DashboardName, DashboardBody }: Properties): Block {
  const body = substituted(DashboardBody as TemplateValue);
  return {
    header: 'resource "aws_cloudwatch_dashboard" "this"',
    attributes: [count, { dashboard_name: given(DashboardName), dashboard_body: `<<-JSON\n${body}\nJSON` }],
  };
}

function resourcesOf(section: Section): [string, Properties][] {
  return Object.entries(section).map(([id, resource]) => [
    id,
    (resource as { readonly Properties: Properties }).Properties,
  ]);
}

function attributesOf(properties: Properties): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [label(name), given(value)]));
}

function dimensionsOf(dimensions: TemplateValue | undefined, key: 'Key' | 'Name'): string | undefined {
  const list = dimensions as unknown as readonly Record<string, TemplateValue>[] | undefined;
  return list && expression(Object.fromEntries(list.map((dimension) => [dimension[key], dimension.Value])));
}

function given(value: TemplateValue | undefined): string | undefined {
  return value === undefined ? undefined : expression(value);
}

/** `FailureAlarm` as `failure_alarm`, `OKActions` as `ok_actions`. */
function label(name: string): string {
  return snakeCase(name.replace(/^([A-Z]+)(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase()));
}

function nameOf(id: string): string {
  return `"\${var.name}-${label(id).replaceAll('_', '-')}"`;
}
