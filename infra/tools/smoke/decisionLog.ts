import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { failureCodes, refusalReasons } from '../../../src/errors.ts';
import type { ApiKind } from './target.ts';

/** What a stack's log groups say of requests. */
export interface DecisionLog {
  /**
   * What the authorizer decided about a token on one kind of API: `allow`, or the reason; once for each call of it.
   *
   * @param token empty for a request without one.
   * @param requestId of that request, as API Gateway answers it: others may send none either.
   */
  decisions(kind: ApiKind, token: string, requestId?: string): readonly string[];
  /** How many lines of the authorizer have this decision, those of others' requests included. */
  count(kind: ApiKind, decision: string): number;
  /** The reason in the access log of a request; undefined when there is no line. */
  accessReason(requestId: string): string | undefined;
}

/** Milliseconds between looks, and the number of looks: lines arrive some seconds after the request. */
const pause = 3_000;
const looks = 10;

/**
 * Reads the log groups until they have a line for every token, for at most half a minute.
 *
 * @param since milliseconds since 1970 UTC.
 * @param expected tokens of which the authorizer must have written.
 * @returns undefined when the caller may not read them.
 */
export async function readDecisionLog(
  { logGroups, region }: { logGroups: readonly string[]; region: string },
  since: number,
  expected: readonly { readonly kind: ApiKind; readonly token: string }[],
): Promise<DecisionLog | undefined> {
  const client = new CloudWatchLogsClient({ region });
  for (let look = 1; ; look += 1) {
    const log = await readOnce(client, logGroups, since);
    const isComplete = expected.every(({ kind, token }) => log && log.decisions(kind, token).length > 0);
    if (log === undefined || isComplete || look === looks) {
      return log;
    }
    await sleep(pause);
  }
}

async function readOnce(
  client: CloudWatchLogsClient,
  logGroups: readonly string[],
  startTime: number,
): Promise<DecisionLog | undefined> {
  const lines: Record<string, unknown>[] = [];
  try {
    for (const logGroupName of logGroups) {
      for await (const { events } of paginateFilterLogEvents({ client }, { logGroupName, startTime })) {
        lines.push(...(events ?? []).flatMap(({ message }) => objectIn(message ?? '')));
      }
    }
  } catch (error) {
    if ((error as Error).name === 'AccessDeniedException') {
      return undefined;
    }
    throw error;
  }
  return {
    decisions: (kind, token, requestId) => {
      const id = token === '' ? undefined : createHash('sha256').update(token).digest('hex').slice(0, 16);
      return lines
        .filter(({ decision, apiType, tokenId }) => decision && apiType === kind && tokenId === id)
        .filter((line) => id !== undefined || [undefined, requestId].includes(line.requestId as string))
        .map(({ decision, reason }) => known(reason ?? decision));
    },
    count: (kind, decision) =>
      lines.filter((line) => line.apiType === kind && line.decision === decision).length,
    accessReason: (requestId) => {
      const line = lines.find((one) => one.requestId === requestId && 'status' in one);
      return line && known(line.reason ?? '');
    },
  };
}

/** A word of this project; another authorizer's is not for the report. */
function known(word: unknown): string {
  const words: readonly unknown[] = ['', '-', 'allow', ...refusalReasons, ...failureCodes];
  return words.includes(word) ? String(word) : 'another reason';
}

function objectIn(message: string): Record<string, unknown>[] {
  try {
    return message.startsWith('{') ? [JSON.parse(message)] : [];
  } catch {
    return [];
  }
}
