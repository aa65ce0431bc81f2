import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { attachPlan } from '../support/attachPlan.ts';
import { headingsOf, read } from './markdown.ts';

const logins = [
  { name: 'without a login', plan: attachPlan(false) },
  { name: 'with a login', plan: attachPlan(true) },
];

suite('the pages of docs/attach', () => {
  for (const page of ['cdk', 'cli', 'console', 'sam', 'serverless', 'terraform']) {
    test(`${page}.md has the six steps in their order`, () => {
      assert.deepEqual(
        headingsOf(read(`docs/attach/${page}.md`)).filter((heading) => /^\d/.test(heading)),
        [
          "0. The API's domain",
          '1. The function',
          '2. Check it before attaching',
          '3. The routes',
          '4. Check',
          '5. The way back',
        ],
      );
    });
  }
});

suite('docs/attach/console.md has the values of the plan', () => {
  const rows = [...read('docs/attach/console.md').matchAll(/^\| (.+) \|$/gm)].map(([, row]) =>
    row?.split(' | '),
  );
  const cellsOf = (start: string) => rows.find((row) => row?.[0]?.startsWith(start)) ?? assert.fail(start);
  const words = (cell: string | undefined) =>
    [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word);

  logins.forEach(({ name, plan }, index) => {
    test(name, () => {
      const { headers, webSocketHeaders, ttlSeconds } = plan;
      const cell = (start: string) => cellsOf(start)[index + 1];
      assert.deepEqual(words(cell('identity sources of a REST API')), headers);
      const sources = headers.map((header) => `$request.header.${header}`);
      assert.deepEqual(words(cell('identity sources of an HTTP API')), sources);
      assert.deepEqual(words(cell('identity sources of a WebSocket API')), webSocketHeaders);
      assert.equal(cell('caching'), `${ttlSeconds} seconds`);
      for (const { type, status, templates } of plan.gatewayResponses) {
        const [, code, template] = rows.find((row) => row?.[0]?.includes(`\`${type}\``)) ?? assert.fail(type);
        assert.deepEqual([code, words(template)], [status, [templates['application/json']]]);
      }
    });
  });
});
