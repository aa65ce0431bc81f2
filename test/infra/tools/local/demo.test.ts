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
  const cases: {
    case: string;
    api: typeof api;
    expected: Omit<DemoRequest, 'title' | 'request'>;
    got: string;
    differences: number;
  }[] = [
    {
      case: 'an allowed request',
      api: { status: 200, body: greeting, log: allowed },
      expected: { status: 200 },
      got: '200',
      differences: 0,
    },
    {
      case: 'a refused request',
      api: { status: 403, body: '{}', log: denied },
      expected: { status: 403, reason: 'token_expired' },
      got: '403 token_expired',
      differences: 0,
    },
    {
      case: 'a request that is allowed and should not be',
      api: { status: 200, body: greeting, log: allowed },
      expected: { status: 403, reason: 'token_expired' },
      got: '200',
      differences: 1,
    },
    {
      case: 'a failure that the emulation shows as a refusal',
      api: { status: 403, body: '{}', log: failed },
      expected: { status: 403, reason: 'token_expired' },
      got: '403 secret_unavailable',
      differences: 1,
    },
    {
      case: 'an answer without a decision of an authorizer',
      api: { status: 200, body: greeting },
      expected: { status: 200 },
      got: '200 no decision',
      differences: 1,
    },
    {
      case: 'an answer of another backend',
      api: { status: 200, body: '<html>', log: allowed },
      expected: { status: 200 },
      got: '200 without greeting',
      differences: 1,
    },
    {
      case: 'a body that was not compared',
      api: { status: 200, body: greeting, log: allowed },
      expected: { status: 200, contentDigest: 'verified' },
      got: '200',
      differences: 1,
    },
  ];
  for (const { case: title, api: answer, expected, got, differences } of cases) {
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
