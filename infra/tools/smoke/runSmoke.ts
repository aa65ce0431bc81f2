import type { DemoInput } from '../approov/demoRequests.ts';
import { readDecisionLog } from './decisionLog.ts';
import { type MetricSource, metricRows } from './metricCounts.ts';
import type { Row } from './report.ts';
import { sendTable } from './tableRows.ts';
import type { SmokeTarget } from './target.ts';
import { type Asking, tryOn } from './trial.ts';
import { questions } from './undocumented.ts';

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
  const trials = (
    await Promise.all(
      target.apis.map(async (api) => {
        const on: Asking = { ...api, target, input };
        const asked = questions.filter(({ kinds = [api.kind] }) => kinds.includes(api.kind));
        const undocumented = await Promise.all(asked.map((question) => tryOn(on, question)));
        return [...(await sendTable(on)), ...undocumented];
      }),
    )
  ).flat();
  const expected = trials.flatMap(({ kind, token }) => (token === undefined ? [] : [{ kind, token }]));
  const { logGroups, config } = target;
  // Above info the authorizer does not log what it allows.
  const isLogged = logGroups.length > 0 && ['debug', 'info'].includes(config.logLevel);
  const log = isLogged ? await readDecisionLog({ logGroups, region }, since, expected) : undefined;
  const kinds = target.apis.map(({ kind }) => kind);
  return [
    ...trials.map((trial) => trial.row(log)),
    ...(await metricRows(kinds, log, { logGroups, region, longest }, since)),
  ];
}
