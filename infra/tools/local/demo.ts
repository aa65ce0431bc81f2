import type { DemoRequest } from '../approov/demoRequests.ts';
import { textTable } from '../command/runCommand.ts';
import type { DecisionFeed } from '../console/decisionFeed.ts';
import { sendRequest } from '../console/sendRequest.ts';

/** The demo's requests to one API. */
export interface DemoApi {
  readonly name: string;
  readonly requests: readonly DemoRequest[];
}

/**
 * Sends the requests and compares the results: the status, Hello's answer, and the authorizer's reason.
 *
 * @returns a table of expected and actual results, and the number of differences.
 */
export async function runDemo(
  apis: readonly DemoApi[],
  feed: DecisionFeed,
): Promise<{ table: string; differences: number }> {
  const rows = [['API', 'request', 'expected', 'got', '']];
  for (const { name, requests } of apis) {
    for (const { title, request, status, reason, contentDigest } of requests) {
      const got = await sendRequest(request, feed);
      const asksAuthorizer = status !== 401 || reason !== undefined;
      const logged = asksAuthorizer && !got.decision ? 'no decision' : got.decision?.line.reason;
      const greeting = got.status === 200 ? greetingIn(got.body) : undefined;
      const answered = got.status === 200 && !greeting ? '200 without greeting' : got.status;
      const expected = outcome(status, reason, contentDigest);
      const actual = outcome(answered, logged, greeting?.contentDigest);
      rows.push([name, title, expected, actual, actual === expected ? 'ok' : 'DIFFERS']);
    }
  }
  return { table: textTable(rows), differences: rows.filter((row) => row.at(-1) === 'DIFFERS').length };
}

function outcome(status: number | string, reason: string | undefined, contentDigest: string | undefined) {
  const parts = [status, reason, contentDigest && `body ${contentDigest}`];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** Hello's answer; undefined when another backend answered. */
function greetingIn(body: string): { contentDigest?: string } | undefined {
  const answer = body.startsWith('{') ? JSON.parse(body) : undefined;
  return answer?.message === 'Hello, World!' ? answer : undefined;
}
