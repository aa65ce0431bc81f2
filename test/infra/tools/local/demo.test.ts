import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { after, before, suite, test } from 'node:test';
import type { DemoRequest } from '../../../../infra/tools/approov/demoRequests.ts';
import { DecisionFeed } from '../../../../infra/tools/console/decisionFeed.ts';
import { runDemo } from '../../../../infra/tools/local/demo.ts';

const greeting = '{"message":"Hello, World!"}';

suite('runDemo', () => {
  const feed = new DecisionFeed(Date.now);
  let api: { status: number; body: string; log?: string };
  let server: Server;
  let url: string;
  before(async () => {
    server = createServer(({ headers }, response) => {
      const decided = {
        isHttpApi: false,
        method: 'GET',
        path: '/',
        headers,
        line: api.log,
        answer: { returned: {} },
      };
      if (api.log !== undefined) feed.take(JSON.stringify(decided), { rest: 'REST', http: 'HTTP' });
      response.writeHead(api.status).end(api.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}/hello`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  const allowed = '{"decision":"allow"}';
  const denied = '{"decision":"deny","reason":"token_expired"}';
  const failed = '{"decision":"error","reason":"secret_unavailable"}';
  const greets = { status: 200, body: greeting, log: allowed };
  const refused = { status: 403, reason: 'token_expired' } as const;
  type Expected = Omit<DemoRequest, 'title' | 'request'>;
  const cases: [title: string, answer: typeof api, expected: Expected, got: string, differences: number][] = [
    ['an allowed request', greets, { status: 200 }, '200', 0],
    ['a refused request', { status: 403, body: '{}', log: denied }, refused, '403 token_expired', 0],
    ['a request that is allowed and should not be', greets, refused, '200', 1],
    [
      'a failure that the emulation shows as a refusal',
      { status: 403, body: '{}', log: failed },
      refused,
      '403 secret_unavailable',
      1,
    ],
    [
      'an answer without a decision of an authorizer',
      { status: 200, body: greeting },
      { status: 200 },
      '200 no decision',
      1,
    ],
    [
      'an answer of another backend',
      { ...greets, body: '<html>' },
      { status: 200 },
      '200 without greeting',
      1,
    ],
    ['a body that was not compared', greets, { status: 200, contentDigest: 'verified' }, '200', 1],
  ];
  for (const [title, answer, expected, got, differences] of cases) {
    test(`${differences === 0 ? 'accepts' : 'reports'} ${title}`, async () => {
      api = answer;
      const request = { method: 'GET', url, headers: {} };
      const result = await runDemo([{ name: 'REST', requests: [{ title, request, ...expected }] }], feed);
      assert.equal(result.differences, differences);
      const verdict = differences === 0 ? 'ok' : 'DIFFERS';
      assert.match(result.table, new RegExp(`^REST +${title} .* ${got} +${verdict}$`, 'm'));
    });
  }
});
