import type { DemoInput } from '../approov/demoRequests.ts';
import { tryClaims } from './claims.ts';
import { readDecisionLog } from './decisionLog.ts';
import type { Row } from './row.ts';
import { sendTable, tableRow } from './tableRows.ts';
import type { SmokeTarget } from './target.ts';

/**
 * Sends the demo's table and the claims' requests to each API, and compares the answers, and the log where it can be read,
 * with what is expected.
 *
 * @param input with the secret of the authorizer.
 */
export async function runSmoke(
  target: SmokeTarget,
  input: DemoInput,
  region: string,
): Promise<readonly Row[]> {
  const since = Date.now();
  const results = await Promise.all(
    target.apis.map(async (api) => ({
      sent: await sendTable(api, target, input),
      claims: api.kind === 'websocket' ? [] : await tryClaims(api, target, input),
    })),
  );
  const expected = results.flatMap(({ sent, claims }) => [
    ...sent.filter(({ expectation, token }) => expectation.decision !== undefined && token !== ''),
    ...claims.flatMap(({ kind, token }) => (token === undefined ? [] : [{ kind, token }])),
  ]);
  const { logGroups, config } = target;
  // Above info the authorizer does not log what it allows.
  const isLogged = logGroups.length > 0 && ['debug', 'info'].includes(config.logLevel);
  const log = isLogged ? await readDecisionLog({ logGroups, region }, since, expected) : undefined;
  return results.flatMap(({ sent, claims }) => [
    ...sent.map((one) => tableRow(one, log)),
    ...claims.map((claim) => claim.row(log)),
  ]);
}
