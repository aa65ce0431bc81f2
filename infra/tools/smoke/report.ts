import { textTable } from '../command/runCommand.ts';
import type { ApiKind } from './target.ts';

/** A line of the smoke test's table. */
export interface Row {
  /** Undefined for a line about the stack. */
  readonly kind: ApiKind | undefined;
  readonly title: string;
  readonly expected: string;
  readonly got: string;
  /** What the log says of it: the authorizer's decision, and the reason in the access log. */
  readonly logged: string;
  /** `noted`: AWS documents nothing, so what was seen is news. */
  readonly verdict: 'ok' | 'DIFFERS' | 'noted' | 'not tried';
}

const apiNames = { rest: 'REST', http: 'HTTP', websocket: 'WebSocket' } as const;
const head = ['API', 'request', 'expected', 'got', 'log', ''];

/** The rows as a table for a terminal. */
export function rowsTable(rows: readonly Row[]): string {
  return textTable([head, ...rows.map(cells)]);
}

/** What the report says of the run. */
export interface ReportFacts {
  readonly date: string;
  readonly version: string;
  /** What was tried, without a name. */
  readonly target: string;
  readonly region: string;
  /** What the run cannot show, a sentence each. */
  readonly limits: readonly string[];
}

/** The run as Markdown that can be pasted into an issue: nothing in it is the user's own but the region. */
export function report(rows: readonly Row[], { date, version, target, region, limits }: ReportFacts): string {
  const line = (all: readonly string[]) => `| ${all.join(' | ')} |`;
  const count = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  return [
    `Smoke test of approov-apigateway-authorizer ${version} on ${date}: ${target}, ${region}.`,
    `${count('ok')} as expected, ${count('DIFFERS')} different, ${count('noted')} noted, ${count('not tried')} not tried.`,
    ...limits,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map((row) => line(cells(row))),
    '',
  ].join('\n');
}

function cells({ kind, title, expected, got, logged, verdict }: Row): string[] {
  return [kind === undefined ? '' : apiNames[kind], title, expected, got, logged, verdict];
}
