import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoRequest } from './demoRequests.ts';
import type { Emulator } from './emulator.ts';

/** The demo's requests to one API. */
export interface DemoApi {
  readonly name: string;
  readonly requests: readonly DemoRequest[];
}

/**
 * Sends the requests and compares what comes of each: the status, Hello's answer, and the reason in the authorizer's log,
 * for the emulation answers 401 to a failure too.
 *
 * @returns a table of expected and got, and the number of differences.
 */
export async function runDemo(
  apis: readonly DemoApi[],
  emulator: Emulator,
): Promise<{ table: string; differences: number }> {
  const reasons: (string | undefined)[] = [];
  emulator.output.on('line', (line) => {
    const decision = decisionIn(line);
    if (decision !== undefined) reasons.push(decision.reason);
  });
  const rows = [['API', 'request', 'expected', 'got', '']];
  let differences = 0;
  for (const { name, requests } of apis) {
    for (const { title, request, status, reason } of requests) {
      reasons.length = 0;
      const got = await send(request);
      const asksAuthorizer = status === 200 || reason !== undefined;
      for (let wait = 0; asksAuthorizer && reasons.length === 0 && wait < 50; wait += 1) await sleep(20);
      const expected = outcome(status, reason);
      const actual = outcome(got, asksAuthorizer && reasons.length === 0 ? 'no log line' : reasons[0]);
      if (actual !== expected) differences += 1;
      rows.push([name, title, expected, actual, actual === expected ? 'ok' : 'DIFFERS']);
    }
  }
  return { table: format(rows), differences };
}

async function send({ method, url, headers, body }: DemoRequest['request']): Promise<number | string> {
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  return response.status === 200 && !text.includes('Hello, World!')
    ? `200 without greeting`
    : response.status;
}

function outcome(status: number | string, reason: string | undefined): string {
  return reason === undefined ? String(status) : `${status} ${reason}`;
}

/** The authorizer's log line of a decision, if this is one. */
function decisionIn(line: string): { reason?: string } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line);
    return typeof entry.decision === 'string' ? entry : undefined;
  } catch {
    return undefined;
  }
}

function format(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
