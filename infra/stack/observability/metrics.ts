import { logFields } from './logFields.ts';

/** One metric that CloudWatch makes from the authorizer's log, at no cost to a request. */
export interface LogMetric {
  /** Name of the metric, and the end of the metric filter's logical id. */
  readonly name: string;
  /** @see {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html} */
  readonly pattern: string;
  /** What a matching line adds: a number or a field of the line. */
  readonly value: string;
  readonly unit: 'Count' | 'Milliseconds';
  /** Dimension names by the field that gives their value. A metric with dimensions has no default value. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** What it tells, for the dashboard and the runbook. */
  readonly tells: string;
}

const { decision, reason, message, coldStart, durationMs, secretVersion, apiType } = logFields;
const count = { value: '1', unit: 'Count' } as const;

/** Every metric, by what it is called in alarms and on the dashboard. */
export const metrics = {
  decisions: {
    name: 'Decisions',
    pattern: `{ (${decision} = "allow") || (${decision} = "deny") || (${decision} = "would-deny") || (${decision} = "error") }`,
    ...count,
    tells: 'requests that the authorizer decided; answers from the gateway’s cache are not among them',
  },
  allowed: {
    name: 'Allowed',
    pattern: `{ ${decision} = "allow" }`,
    ...count,
    tells: 'requests let through with a good token',
  },
  refused: {
    name: 'Refused',
    pattern: `{ ${decision} = "deny" }`,
    ...count,
    tells: 'requests refused',
  },
  wouldRefuse: {
    name: 'WouldRefuse',
    pattern: `{ ${decision} = "would-deny" }`,
    ...count,
    tells: 'report-only: requests that enforce would have refused',
  },
  failures: {
    name: 'Failures',
    pattern: `{ ${decision} = "error" }`,
    ...count,
    tells: 'requests that could not be decided: a 500, or in report-only an Allow without a check',
  },
  unanswered: {
    name: 'Unanswered',
    pattern:
      '{ ($.type = "platform.report") && (($.record.status = "timeout") || ($.record.status = "failure")) }',
    ...count,
    tells: 'invocations that ended without an answer, told by Lambda itself: timed out or crashed',
  },
  notStarted: {
    name: 'NotStarted',
    pattern: `{ ${message} = "Invalid configuration*" }`,
    ...count,
    tells: 'starts that failed because a setting is wrong: the line names it',
  },
  byReason: {
    name: 'DecisionsByReason',
    pattern: `{ (${decision} = "deny") || (${decision} = "would-deny") || (${decision} = "error") }`,
    ...count,
    dimensions: { Decision: decision, Reason: reason },
    tells: 'what is not an Allow, by its reason',
  },
  byApiType: {
    name: 'DecisionsByApiType',
    pattern: `{ ((${decision} = "allow") || (${decision} = "deny") || (${decision} = "would-deny")) && (${apiType} = "*") }`,
    ...count,
    dimensions: { ApiType: apiType, Decision: decision },
    tells: 'decisions by kind of API',
  },
  secretRefreshes: {
    name: 'SecretRefreshes',
    pattern: `{ ${message} = "secret refreshed" }`,
    ...count,
    tells: 'fetches of a secret that succeeded',
  },
  secretFetchFailures: {
    name: 'SecretFetchFailures',
    pattern: `{ ${message} = "secret fetch failed*" }`,
    ...count,
    tells: 'fetches of a secret that failed',
  },
  staleSecret: {
    name: 'StaleSecretInUse',
    pattern: `{ ${message} = "stale secret in use" }`,
    ...count,
    tells: 'times that the last good secret had to serve past its time',
  },
  previousSecret: {
    name: 'PreviousSecretUsed',
    pattern: `{ ${secretVersion} = "previous" }`,
    ...count,
    tells: 'tokens that only the secret from before the rotation verifies',
  },
  coldStarts: {
    name: 'ColdStarts',
    pattern: `{ ${coldStart} IS TRUE }`,
    ...count,
    tells: 'first requests of a new execution environment',
  },
  duration: {
    name: 'Duration',
    pattern: `{ ${durationMs} >= 0 }`,
    value: durationMs,
    unit: 'Milliseconds',
    tells: 'time a decision took inside the authorizer',
  },
} as const satisfies Record<string, LogMetric>;

/** Name of a metric in {@link metrics}. */
export type MetricKey = keyof typeof metrics;
