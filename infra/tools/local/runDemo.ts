import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoRequest } from '../approov/demoRequests.ts';
import type { Emulator } from './emulator.ts';

/** The demo's requests to one API. */
export interface DemoApi {
  readonly name: string;
  readonly requests: readonly DemoRequest[];
}

/** Requests to the APIs of one emulation. */
export interface Demo {
  readonly emulator: Emulator;
  readonly apis: readonly DemoApi[];
}

/**
 * Sends the requests and compares the results: the status, Hello's answer, and the reason in the authorizer's log.
 *
 * @returns a table of expected and actual results, and the number of differences.
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
    for (const { title, request, status, reason, contentDigest } of requests) {
      reasons.length = 0;
      const got = await send(request);
      const asksAuthorizer = status !== 401 || reason !== undefined;
      for (let wait = 0; asksAuthorizer && reasons.length === 0 && wait < 50; wait += 1) await sleep(20);
      const logged = asksAuthorizer && reasons.length === 0 ? 'no log line' : reasons[0];
      const expected = outcome(status, reason, contentDigest);
      const actual = outcome(got.status, logged, got.contentDigest);
      if (actual !== expected) differences += 1;
      rows.push([name, title, expected, actual, actual === expected ? 'ok' : 'DIFFERS']);
    }
  }
  return { table: format(rows), differences };
}

async function send({ method, url, headers, body }: DemoRequest['request']) {
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  if (response.status !== 200) return { status: response.status };
  const answer = objectIn(text);
  return answer?.message === 'Hello, World!'
    ? { status: 200, contentDigest: answer.contentDigest }
    : { status: '200 without greeting' };
}

function outcome(status: number | string, reason: string | undefined, contentDigest: string | undefined) {
  const parts = [status, reason, contentDigest && `body ${contentDigest}`];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** The log line of a decision, or undefined for another line. */
function decisionIn(line: string): { reason?: string } | undefined {
  const entry = objectIn(line);
  return typeof entry?.decision === 'string' ? entry : undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: what the APIs and functions wrote, compared with what is expected
function objectIn(text: string): any {
  try {
    return text.startsWith('{') ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function format(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
