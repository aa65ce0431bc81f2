import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { type LogMetric, type MetricKey, metrics } from '../../infra/stack/observability/metrics.ts';
import { compileFilterPattern, type LogEvent, selectField } from './filterPattern.ts';
import { emulatorSkip } from './lambdaEmulator.ts';
import { logLines } from './logScenarios.ts';
import { buildSam } from './samFunctions.ts';

/** The lines that each filter must match, described by their text and not by the filter's pattern. */
const expectations: Readonly<Record<MetricKey, RegExp>> = {
  duration: /"decision":.*"durationMs":[0-9]/,
  refused: /"decision":"(deny|would-deny)"/,
  failures: /"decision":"error"|"message":"Invalid configuration|"status":"timeout"/,
  byReason: /"decision":"(deny|would-deny|error)"/,
  byApiType: /"decision":.*"apiType":"/,
  secretEvents: /"message":"((secret|keyset) (refreshed|fetch failed)|stale (secret|keyset) in use)/,
  previousSecret: /"secretVersion":"previous"/,
  coldStarts: /"coldStart":true/,
};

suite('metric filters on real log lines of the built authorizer', () => {
  let lines: readonly LogEvent[];

  before(async () => {
    if (emulatorSkip === false) {
      await buildSam();
      lines = [...(await logLines()).values()].flat();
    }
  });

  for (const [key, metric] of Object.entries(metrics) as [MetricKey, LogMetric][]) {
    const title = `${metric.name} matches the right lines only, and finds its value and dimensions`;
    test(title, { skip: emulatorSkip }, () => {
      const found = lines.filter(compileFilterPattern(metric.pattern));
      const due = lines.filter((line) => expectations[key].test(JSON.stringify(line)));
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
    });
  }
});

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
