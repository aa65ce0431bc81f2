import { cfn, type TemplateValue } from '../intrinsics.ts';
import { metrics } from './metrics.ts';

const period = 300;

/** A part of the dashboard: a title, and each of its lines as a dashboard has it. */
interface Widget {
  readonly title: string;
  readonly lines: readonly unknown[];
  readonly options?: object;
}

/**
 * The dashboard: what is decided, who is refused and why, what fails, how the secret does, and the latest refusals.
 *
 * @param namespace of the metrics. It may hold CloudFormation's placeholders.
 * @param logGroupName of the authorizer.
 * @see {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html}
 */
export function dashboard(namespace: string, logGroupName: TemplateValue): TemplateValue {
  const all = [...widgets(namespace).map(widgetText), refusalsTable];
  return cfn.subWith(`{"widgets":[\n${all.join(',\n')}]}`, { LogGroup: logGroupName });
}

function widgets(namespace: string): readonly Widget[] {
  const line = (key: 'duration' | 'failures' | 'previousSecret' | 'coldStarts', options: object = {}) => [
    namespace,
    metrics[key].name,
    { label: metrics[key].name, ...options },
  ];
  /** One line for each combination of the dimensions' values, such as each reason of a refusal. */
  const search = (key: 'byApiType' | 'byReason' | 'secretEvents') => {
    const { name, dimensions } = metrics[key];
    // A name with other characters than letters and digits stands in quotes.
    const schema = [`"${namespace}"`, ...Object.keys(dimensions)].join(',');
    return [
      { expression: `SEARCH('{${schema}} MetricName="${name}"', 'Sum', ${period})`, id: 'found', label: '' },
    ];
  };
  const stacked = { stacked: true };
  return [
    { title: 'Decisions by kind of API', lines: [search('byApiType')], options: stacked },
    { title: 'Refusals and failures by reason', lines: [search('byReason')], options: stacked },
    { title: 'Failures: requests without a decision', lines: [line('failures')] },
    { title: 'Secret and keyset', lines: [search('secretEvents'), line('previousSecret')] },
    {
      title: 'Time in the authorizer, ms',
      lines: [
        line('duration', { stat: 'p50', label: 'median' }),
        line('duration', { stat: 'p99', label: '99th percentile' }),
        line('coldStarts', { yAxis: 'right', label: 'cold starts' }),
      ],
    },
  ];
}

/** The latest refusals as a table, with what support needs of each. CloudWatch queries the log when it is opened. */
const refusalsTable = [
  ` {"type":"log", ${fieldsOf({ x: 0, y: 18, width: 24, height: 8 })},`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
  `  "properties":{"title":"Latest refusals", ${fieldsOf({ view: 'table', region: '${AWS::Region}' })},`,
  `   "query":${JSON.stringify(
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the value given to the placeholder
      "SOURCE '${LogGroup}'",
      'filter decision in ["deny", "would-deny"]',
      'fields @timestamp, reason, apiType, route, clientStatus, unverifiedArc, requestId',
      'sort @timestamp desc',
      'limit 50',
    ].join(' | '),
  )}}}`,
].join('\n');

/** A widget of half the dashboard's width as JSON, in lines that a person can read in a template. */
function widgetText({ title, lines, options = {} }: Widget, index: number): string {
  const place = { x: (index % 2) * 12, y: Math.floor(index / 2) * 6, width: 12, height: 6 };
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
  const common = { view: 'timeSeries', region: '${AWS::Region}', period, stat: 'Sum', ...options };
  return [
    ` {"type":"metric", ${fieldsOf(place)},`,
    `  "properties":{"title":${JSON.stringify(title)}, ${fieldsOf(common)},`,
    `   "metrics":[\n${lines.map((metric) => `    ${JSON.stringify(metric)}`).join(',\n')}]}}`,
  ].join('\n');
}

/** The fields of an object as they stand in JSON. */
function fieldsOf(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}
