import type { LogLine } from '../../../src/log.ts';

/** One metric that CloudWatch makes of the authorizer's log, at no cost to a request. */
export interface LogMetric {
  /** Name of the metric, and the start of its metric filter's logical id. */
  readonly name: string;
  /** @see {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html} */
  readonly pattern: string;
  /** What a matching line adds: a number, or a field of the line. */
  readonly value: string;
  readonly unit: 'Count' | 'Milliseconds';
  /**
   * Fields that give the values of the metric's dimensions, by the dimension's name. A line without one of them adds
   * nothing. CloudWatch takes at most three, and then no default value.
   */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** The log's fields as metric filters select them. A field that the log does not have does not compile. */
const [decision, reason, message, apiType, secretVersion, durationMs, coldStart] = selectors(
  'decision',
  'reason',
  'message',
  'apiType',
  'secretVersion',
  'durationMs',
  'coldStart',
);
const count = { value: '1', unit: 'Count' } as const;

/** Messages of the lines that say that the last good secret, keyset or users' keys serve past their time. */
export const staleSecretMessage = 'stale secret in use';
export const staleKeysetMessage = 'stale keyset in use';
export const staleUserKeysMessage = 'stale user keys in use';

/** Every metric, by what it is called in alarms and on the dashboard. Each has an alarm or a place on the dashboard. */
export const metrics = {
  /** Time in the authorizer. One value a decision, so that its sample count is the number of decisions. */
  duration: {
    name: 'Duration',
    pattern: `{ ${durationMs} >= 0 }`,
    value: durationMs,
    unit: 'Milliseconds',
  },
  /** Requests that are refused, or in report-only would be. */
  refused: {
    name: 'Refused',
    pattern: `{ (${decision} = "deny") || (${decision} = "would-deny") }`,
    ...count,
  },
  /**
   * Requests without a decision: failures, starts that a wrong setting ends, and what Lambda says timed out or crashed.
   */
  failures: {
    name: 'Failures',
    pattern:
      `{ (${decision} = "error") || (${message} = "Invalid configuration*") || ` +
      '(($.type = "platform.report") && (($.record.status = "timeout") || ($.record.status = "failure"))) }',
    ...count,
  },
  /** Refusals and failures by their reason. */
  byReason: {
    name: 'DecisionsByReason',
    pattern: `{ (${decision} = "*") && (${reason} = "*") }`,
    ...count,
    dimensions: { Decision: decision, Reason: reason },
  },
  /** Decisions by kind of API. */
  byApiType: {
    name: 'DecisionsByApiType',
    pattern: `{ (${decision} = "*") && (${apiType} = "*") }`,
    ...count,
    dimensions: { ApiType: apiType, Decision: decision },
  },
  /** What happens to secrets, keyset and users' keys: refreshed, failed (and why), or stale but in use. */
  secretEvents: {
    name: 'SecretEvents',
    pattern:
      `{ (${message} = "secret refreshed") || (${message} = "secret fetch failed*") || (${message} = "${staleSecretMessage}") || ` +
      `(${message} = "keyset refreshed") || (${message} = "keyset fetch failed*") || (${message} = "${staleKeysetMessage}") || ` +
      `(${message} = "user keys refreshed") || (${message} = "user keys fetch failed*") || (${message} = "${staleUserKeysMessage}") }`,
    ...count,
    dimensions: { Message: message },
  },
  /** Tokens that only the secret from before a rotation verifies. */
  previousSecret: {
    name: 'PreviousSecretUsed',
    pattern: `{ ${secretVersion} = "previous" }`,
    ...count,
  },
  /** First decisions of an execution environment. */
  coldStarts: {
    name: 'ColdStarts',
    pattern: `{ ${coldStart} IS TRUE }`,
    ...count,
  },
} as const satisfies Record<string, LogMetric>;

/** Name of a metric in {@link metrics}. */
export type MetricKey = keyof typeof metrics;

function selectors<const Names extends readonly (keyof LogLine)[]>(...names: Names) {
  return names.map((name) => `$.${name}`) as { readonly [Index in keyof Names]: `$.${Names[Index]}` };
}
