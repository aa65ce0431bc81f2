import type { Row } from './row.ts';

const apiNames = { rest: 'REST', http: 'HTTP', websocket: 'WebSocket' } as const;
const head = ['API', 'request', 'expected', 'got', 'log', ''];

/** The rows as a table for a terminal. */
export function textTable(rows: readonly Row[]): string {
  const lines = [head, ...rows.map(cells)];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What the report says of the run. */
export interface ReportFacts {
  readonly date: string;
  readonly version: string;
  readonly target: string;
  readonly region: string;
}

/** The run as Markdown that can be pasted into an issue: without secrets, tokens, account numbers and API ids. */
export function report(rows: readonly Row[], { date, version, target, region }: ReportFacts): string {
  const line = (all: readonly string[]) => `| ${all.join(' | ')} |`;
  const count = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  return redacted(
    [
      `Smoke test of approov-apigateway-authorizer ${version} on ${date}: ${target}, ${region}.`,
      `${count('ok')} as expected, ${count('DIFFERS')} different, ${count('noted')} noted, ${count('not tried')} not tried.`,
      '',
      line(head),
      line(head.map(() => '---')),
      ...rows.map((row) => line(cells(row))),
      '',
    ].join('\n'),
  );
}

/** Takes out whatever looks like a token, a key, an account number, an ARN or the host of an API. */
export function redacted(text: string): string {
  return text
    .replaceAll(/\barn:[^\s|"]+/g, '(ARN)')
    .replaceAll(/\b[a-z0-9]+\.execute-api\.[a-z0-9.-]+/g, '(host)')
    .replaceAll(/\beyJ[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)*/g, '(token)')
    .replaceAll(/(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{40,}={0,2}/g, '(key)')
    .replaceAll(/\b\d{12}\b/g, '(account)');
}

function cells({ kind, title, expected, got, logged, verdict }: Row): string[] {
  return [apiNames[kind], title, expected, got, logged, verdict].map(redacted);
}
