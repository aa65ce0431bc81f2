import { cfn, type TemplateValue } from '../intrinsics.ts';
import { type MetricKey, metrics } from './metrics.ts';

/** Placeholders that CloudFormation fills: the namespace of the stack and where it runs. */
const placeholder = (name: string) => `$\{${name}}`;
const namespacePlaceholder = placeholder('Namespace');
const regionPlaceholder = placeholder('AWS::Region');

const period = 300;

/** A widget of half the dashboard's width, at a place by its number. */
function widget(index: number, title: string, lines: TemplateValue, options: object = {}) {
  return {
    type: 'metric',
    x: (index % 2) * 12,
    y: Math.floor(index / 2) * 6,
    width: 12,
    height: 6,
    properties: {
      title,
      region: regionPlaceholder,
      view: 'timeSeries',
      period,
      stat: 'Sum',
      metrics: lines,
      ...options,
    },
  };
}

const line = (key: MetricKey, options: object = {}) => [
  namespacePlaceholder,
  metrics[key].name,
  { label: metrics[key].name, ...options },
];

/** One line for each value of the dimensions that turns up, such as each reason of a refusal. */
const search = (key: 'byReason' | 'byApiType', filter = '') => {
  const schema = [namespacePlaceholder, ...Object.keys(metrics[key].dimensions)].join(',');
  const expression = `SEARCH('{${schema}} MetricName="${metrics[key].name}"${filter}', 'Sum', ${period})`;
  return [[{ expression, id: 'found', label: '' }]];
};

/**
 * The dashboard: who is refused and why, what fails, and how the secret does.
 *
 * @param namespace of the metrics.
 * @see {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html}
 */
export function dashboard(namespace: TemplateValue): TemplateValue {
  const stacked = { stacked: true };
  const lines = [
    widget(
      0,
      'Decisions',
      ['allowed', 'refused', 'wouldRefuse', 'failures'].map((key) => line(key as MetricKey)),
      stacked,
    ),
    widget(1, 'Refusals by reason', search('byReason'), stacked),
    widget(2, 'Failures: requests without a decision', [
      line('failures'),
      line('unanswered'),
      line('notStarted'),
    ]),
    widget(3, 'Decisions by kind of API', search('byApiType'), stacked),
    widget(4, 'Secret', [
      line('secretRefreshes'),
      line('secretFetchFailures'),
      line('staleSecret'),
      line('previousSecret'),
    ]),
    widget(5, 'Time in the authorizer, ms', [
      line('duration', { stat: 'p50', label: 'median' }),
      line('duration', { stat: 'p99', label: '99th percentile' }),
      line('coldStarts', { yAxis: 'right', label: 'cold starts' }),
    ]),
  ];
  return cfn.subWith(JSON.stringify({ widgets: lines }, undefined, 1), { Namespace: namespace });
}
