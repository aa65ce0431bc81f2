import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeMetricFiltersCommand } from '@aws-sdk/client-cloudwatch-logs';
import { metrics } from '../../stack/observability/metrics.ts';
import type { DecisionLog } from './decisionLog.ts';
import type { Row } from './report.ts';
import type { ApiKind } from './target.ts';

/** Where a stack's log groups are, and how long its metrics may take. */
export interface MetricSource {
  readonly logGroups: readonly string[];
  readonly region: string;
  /** Milliseconds. */
  readonly longest: number;
}

/** The sum of `DecisionsByApiType` since the run began. */
type CountDecisions = (kind: ApiKind, decision: string) => Promise<number>;

const pause = 5_000;
const decisions = ['allow', 'deny', 'would-deny', 'error'];

/**
 * Compares what the metric filters counted with the log, for each kind of API. Metrics come a minute or two after the lines.
 *
 * @param since milliseconds since 1970 UTC.
 */
export async function metricRows(
  kinds: readonly ApiKind[],
  log: DecisionLog | undefined,
  source: MetricSource,
  since: number,
): Promise<readonly Row[]> {
  const row = { title: 'the metric filters count the decisions', expected: 'as the log', logged: '' };
  const notTried = (got: string): Row[] => [{ ...row, kind: undefined, got, verdict: 'not tried' }];
  if (log === undefined) return notTried('needs a log that can be read');
  const count = await counter(source, since).catch((error: Error) => error.name);
  if (typeof count === 'string') return notTried(count);
  return Promise.all(
    kinds.map(async (kind): Promise<Row> => {
      const expected = decisions.map((decision) => [decision, log.count(kind, decision)] as const);
      const logged = expected.filter(([, lines]) => lines > 0);
      for (;;) {
        const counted = await Promise.all(logged.map(([decision]) => count(kind, decision)));
        // Requests of others in the same minute count too.
        const isMet = logged.every(([, lines], index) => (counted[index] as number) >= lines);
        if (!isMet && Date.now() - since < source.longest) {
          await sleep(Math.min(pause, source.longest));
          continue;
        }
        const text = (numbers: readonly number[]) =>
          logged.map(([decision], index) => `${numbers[index]} ${decision}`).join(', ');
        return {
          ...row,
          kind,
          expected: `at least ${text(logged.map(([, lines]) => lines))}`,
          got: text(counted),
          verdict: isMet ? 'ok' : 'DIFFERS',
        };
      }
    }),
  );
}

/** How to count, or why that is not possible. */
async function counter({ logGroups, region }: MetricSource, since: number): Promise<CountDecisions | string> {
  const logs = new CloudWatchLogsClient({ region });
  const filters = await Promise.all(
    logGroups.map(async (logGroupName) => {
      const { metricFilters } = await logs.send(new DescribeMetricFiltersCommand({ logGroupName }));
      return metricFilters ?? [];
    }),
  );
  const { name: MetricName } = metrics.byApiType;
  const [made] = filters
    .flat()
    .flatMap(({ metricTransformations }) => metricTransformations ?? [])
    .filter(({ metricName }) => metricName === MetricName);
  if (made?.metricNamespace === undefined) return 'the log groups have no metric filters';
  const client = new CloudWatchClient({ region });
  return async (kind, decision) => {
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: made.metricNamespace,
        MetricName,
        Dimensions: [
          { Name: 'ApiType', Value: kind },
          { Name: 'Decision', Value: decision },
        ],
        StartTime: new Date(since - (since % 60_000)),
        EndTime: new Date(Date.now() + 60_000),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    return (Datapoints ?? []).reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  };
}
