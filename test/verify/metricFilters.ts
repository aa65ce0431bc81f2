import assert from 'node:assert/strict';
import { type LogMetric, type MetricKey, metrics } from '../../infra/stack/observability/metrics.ts';
import { compileFilterPattern, type LogEvent, selectField } from './filterPattern.ts';
import { logLines } from './logScenarios.ts';

/** Which lines each filter must match, told apart from its pattern: by the text of the line. */
const expectations: Readonly<Record<MetricKey, RegExp>> = {
  duration: /"decision":.*"durationMs":[0-9]/,
  refused: /"decision":"(deny|would-deny)"/,
  failures: /"decision":"error"|"message":"Invalid configuration|"status":"timeout"/,
  byReason: /"decision":"(deny|would-deny|error)"/,
  byApiType: /"decision":.*"apiType":"/,
  secretEvents: /"message":"(secret refreshed|secret fetch failed|stale secret in use)/,
  previousSecret: /"secretVersion":"previous"/,
  coldStarts: /"coldStart":true/,
};

/**
 * Runs every metric filter's pattern on real lines of the built authorizer: each must match some, just those that it
 * should, and find its value and dimensions in them.
 */
export async function metricFilters(): Promise<string> {
  const lines = [...(await logLines()).values()].flat();
  const counts = Object.entries(metrics).map(([key, metric]: [string, LogMetric]) => {
    const matches = compileFilterPattern(metric.pattern);
    const found = lines.filter(matches);
    const due = lines.filter((line) => expectations[key as MetricKey].test(JSON.stringify(line)));
    assert.ok(due.length > 0, `${metric.name}: no line to try it on`);
    const wrong = lines.find((line) => found.includes(line) !== due.includes(line));
    assert.equal(
      wrong,
      undefined,
      `${metric.name} is wrong about ${JSON.stringify(wrong)}: ${metric.pattern}`,
    );
    for (const line of found) {
      checkFields(metric, line);
    }
    return `${metric.name} ${found.length}`;
  });
  return `${lines.length} lines: ${counts.join(', ')}`;
}

function checkFields({ name, value, dimensions = {} }: LogMetric, line: LogEvent): void {
  if (value.startsWith('$')) {
    assert.equal(typeof selectField(line, value), 'number', `${name}: ${value} of ${JSON.stringify(line)}`);
  }
  for (const selector of Object.values(dimensions)) {
    assert.equal(
      typeof selectField(line, selector),
      'string',
      `${name}: ${selector} of ${JSON.stringify(line)}`,
    );
  }
}
