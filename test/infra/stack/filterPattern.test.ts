import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type LogMetric, metrics } from '../../../infra/stack/observability/metrics.ts';
import { observabilityResources } from '../../../infra/stack/observability/resources.ts';
import { compileFilterPattern, type LogEvent } from '../../verify/filterPattern.ts';

const event: LogEvent = {
  word: 'deny',
  long: 'secret fetch failed: x',
  count: 5,
  yes: true,
  in: { side: 'out' },
};

/** From CloudWatch's documentation. */
const cases: readonly { pattern: string; matches: boolean }[] = [
  { pattern: '{ $.word = "deny" }', matches: true },
  { pattern: '{ $.word = "den" }', matches: false },
  { pattern: '{ $.word != "allow" }', matches: true },
  { pattern: '{ $.none != "allow" }', matches: false },
  { pattern: '{ $.long = "secret fetch failed*" }', matches: true },
  { pattern: '{ $.long = "fetch*" }', matches: false },
  { pattern: '{ $.count = 5 }', matches: true },
  { pattern: '{ $.count >= 6 }', matches: false },
  { pattern: '{ $.word >= 0 }', matches: false },
  { pattern: '{ $.yes IS TRUE }', matches: true },
  { pattern: '{ $.yes IS FALSE }', matches: false },
  { pattern: '{ $.none IS FALSE }', matches: false },
  { pattern: '{ $.in.side = "out" }', matches: true },
  { pattern: '{ ($.word = "x") || ($.count > 4) }', matches: true },
  { pattern: '{ ($.word = "deny") && (($.count < 5) || ($.yes IS TRUE)) }', matches: true },
  { pattern: '{ ($.word = "deny") && ($.count < 5) }', matches: false },
];

const faults = [
  '$.word = "deny"',
  '{ word = "deny" }',
  '{ $.word = deny }',
  '{ $.word == "deny" }',
  '{ ($.word = "deny" }',
  '{ $.word = "deny" } }',
  '{ ($.a = "b") && ($.c = "d") || ($.e = "f") }',
  '{ $.word }',
  '{ $.word = "deny" ; }',
];

suite('compileFilterPattern', () => {
  for (const { pattern, matches } of cases) {
    test(`${pattern} ${matches ? 'matches' : 'does not match'}`, () => {
      assert.equal(compileFilterPattern(pattern)(event), matches);
    });
  }
  for (const pattern of faults) {
    test(`${pattern} is refused`, () => {
      assert.throws(() => compileFilterPattern(pattern), SyntaxError);
    });
  }
});

interface DashboardResource {
  readonly Properties: {
    readonly DashboardBody: { readonly 'Fn::Sub': readonly [text: string, values: object] };
  };
}

interface DashboardBody {
  readonly widgets: readonly { readonly type: string; readonly properties: WidgetProperties }[];
}

interface WidgetProperties {
  // biome-ignore lint/suspicious/noExplicitAny: a line is a namespace, a name and options, or an expression
  readonly metrics?: any[][];
  readonly query?: string;
}

const observed = observabilityResources({
  functionName: 'authorizer',
  logGroupName: 'log',
  namespace: 'Approov/test',
  dashboardName: 'test',
  refusalAlarmPercent: 25,
  alarmActions: [],
});

const { Properties } = observed.dashboard.ApproovDashboard as unknown as DashboardResource;
const body = JSON.parse(Properties.DashboardBody['Fn::Sub'][0]) as DashboardBody;
const lines = body.widgets.flatMap(({ properties }) => properties.metrics ?? []);
const searches = lines.flatMap(([first]): string[] => first.expression ?? []);

suite('metrics', () => {
  for (const metric of Object.values<LogMetric>(metrics)) {
    const { name, pattern, dimensions = {} } = metric;
    test(`${name} has a pattern that compiles and matches no empty line`, () => {
      assert.equal(compileFilterPattern(pattern)({}), false);
    });

    test(`${name} has no more dimensions than CloudWatch takes, and then no default value`, () => {
      assert.ok(Object.keys(dimensions).length <= 3);
      const filter = JSON.stringify(observed.filters[`${name}MetricFilter`]);
      assert.equal(
        filter.includes('"DefaultValue":0'),
        metric.dimensions === undefined && metric.unit === 'Count',
      );
    });

    test(`${name} is on the dashboard or raises an alarm`, () => {
      const isSearched = searches.some((text) => text.endsWith(`MetricName="${name}"', 'Sum', 300)`));
      const isDrawn = lines.some(([, drawn]) => drawn === name);
      const isAlarming = JSON.stringify(observed.alarms).includes(`"MetricName":"${name}"`);
      assert.ok(isSearched || isDrawn || isAlarming);
    });
  }

  test('an alarm names all dimensions of its metric, for it cannot search', () => {
    const alarms = Object.values(observed.alarms) as { Properties: Record<string, unknown> }[];
    for (const { Properties } of alarms.filter(({ Properties }) => Properties.Namespace === 'Approov/test')) {
      const metric = Object.values<LogMetric>(metrics).find(({ name }) => name === Properties.MetricName);
      const named = ((Properties.Dimensions ?? []) as { Name: string }[]).map(({ Name }) => Name);
      assert.deepEqual(named, Object.keys(metric?.dimensions ?? {}));
    }
    assert.doesNotMatch(JSON.stringify(alarms), /SEARCH/);
  });

  test('the namespace stands in quotes in a search, because it is more than letters and digits', () => {
    assert.equal(searches.length, 3);
    for (const text of searches) assert.match(text, /^SEARCH\('\{"Approov\/test",[A-Za-z,]+\} /);
  });
});

suite('the dashboard', () => {
  test('has a table of the latest refusals, with the ARC that an app was refused with', () => {
    const [, values] = Properties.DashboardBody['Fn::Sub'];
    assert.deepEqual(values, { LogGroup: 'log' });
    const [table, ...others] = body.widgets.filter(({ type }) => type === 'log');
    assert.equal(others.length, 0);
    assert.equal(
      table?.properties.query,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholder
      'SOURCE \'${LogGroup}\' | filter decision in ["deny", "would-deny"] | ' +
        'fields @timestamp, reason, apiType, route, clientStatus, unverifiedArc, requestId | sort @timestamp desc | limit 50',
    );
  });
});
