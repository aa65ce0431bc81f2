import type { DemoInput } from '../approov/demoRequests.ts';
import { readDecisionLog } from './decisionLog.ts';
import { type MetricSource, metricRows } from './metricCounts.ts';
import type { Row } from './report.ts';
import { sendTable, tableRow } from './tableRows.ts';
import type { SmokeTarget } from './target.ts';
import { tryUndocumented } from './undocumented.ts';

/**
 * Sends the demo's table and the trials to each API, and compares the answers, and the log and metrics where they can be
 * read, with what is expected.
 *
 * @param input with the secret of the authorizer.
 */
export async function runSmoke(
  target: SmokeTarget,
  input: DemoInput,
  { region, longest }: Pick<MetricSource, 'region' | 'longest'>,
): Promise<readonly Row[]> {
  const since = Date.now();
  const results = await Promise.all(
    target.apis.map(async (api) => ({
      trials: await tryUndocumented(api, target, input),
      sent: await sendTable(api, target, input),
    })),
  );
  const expected = results.flatMap(({ sent, trials }) => [
    ...sent.filter(({ expectation, token }) => expectation.decision !== undefined && token !== ''),
    ...trials.flatMap(({ kind, token }) => (token === undefined ? [] : [{ kind, token }])),
  ]);
  const { logGroups, config } = target;
  // Above info the authorizer does not log what it allows.
  const isLogged = logGroups.length > 0 && ['debug', 'info'].includes(config.logLevel);
  const log = isLogged ? await readDecisionLog({ logGroups, region }, since, expected) : undefined;
  const kinds = target.apis.map(({ kind }) => kind);
  return [
    ...results.flatMap(({ sent, trials }) => [
      ...sent.map((one) => tableRow(one, log)),
      ...trials.map((trial) => trial.row(log)),
    ]),
    ...(await metricRows(kinds, log, { logGroups, region, longest }, since)),
  ];
}
