import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { expectationOf, seen } from '../../../../infra/tools/smoke/expectation.ts';
import type { Answer } from '../../../../infra/tools/smoke/send.ts';
import { authorizerFunction, outputs } from '../../../../infra/tools/smoke/stackTarget.ts';
import type { ApiKind, SmokeTarget } from '../../../../infra/tools/smoke/target.ts';
import { readConfig } from '../../../../src/config/readConfig.ts';
import type { RawSettings } from '../../../../src/config/settings.ts';

const target = (settings: RawSettings, isTemplate = true): SmokeTarget => ({
  description: 'a test',
  apis: [],
  config: readConfig({ secretId: 'secret', denial: 'policy', ...settings }, (name) => name).config,
  isTemplate,
  logGroups: [],
});
const answer = (status: number, body = '', headers: Answer['headers'] = {}): Answer => ({
  status,
  body,
  headers,
});
const cors = { 'access-control-allow-origin': '*' };
const greeting = answer(200, '{"message":"Hello, World!"}');
const request = { title: '', request: { method: 'GET', url: '', headers: {} } };
const allowed = { ...request, status: 200 } as const;
const refused = { ...request, status: 403, reason: 'token_expired' } as const;
const missing = { ...request, status: 401 } as const;

suite('what the smoke test expects', () => {
  const template = target({});
  const own = target({}, false);
  const throwing = target({ denial: 'unauthorized' });
  const reportOnly = target({ mode: 'report-only' });
  const verified = { ...allowed, contentDigest: 'verified' } as typeof allowed;
  const withDigest = answer(200, '{"message":"Hello, World!","contentDigest":"verified"}');
  const readable = answer(401, '{}', cors);
  const unreadable = [
    answer(401, '{}'),
    answer(401, '{"message":"Unauthorized"}', cors),
    answer(403, '{}', cors),
  ];
  const reason = 'token_expired';
  const cases: readonly [
    title: string,
    demo: typeof allowed | typeof refused | typeof missing,
    kind: ApiKind,
    target: SmokeTarget,
    decision: string | undefined,
    matching: readonly Answer[],
    others: readonly Answer[],
  ][] = [
    [
      'an allowed request: the greeting',
      allowed,
      'rest',
      template,
      'allow',
      [greeting],
      [answer(200, 'shapes'), answer(403)],
    ],
    [
      'an allowed request with a body that is verified: that Hello says so',
      verified,
      'http',
      template,
      'allow',
      [withDigest],
      [greeting],
    ],
    [
      "an allowed request to the user's backend: a success",
      allowed,
      'http',
      own,
      'allow',
      [answer(204)],
      [answer(302)],
    ],
    [
      'a REST refusal: a 401 with an empty object that a browser may read',
      refused,
      'rest',
      template,
      reason,
      [readable],
      unreadable,
    ],
    [
      "a refusal of the user's REST API, with or without a gateway response",
      refused,
      'rest',
      own,
      reason,
      [answer(401), answer(403)],
      [answer(500)],
    ],
    ['an HTTP refusal: a 403', refused, 'http', template, reason, [answer(403)], [answer(401)]],
    [
      'a refusal that is thrown on a REST API: a 401',
      refused,
      'rest',
      throwing,
      reason,
      [answer(401)],
      [answer(500)],
    ],
    [
      'a refused WebSocket: a 403, not a connection',
      refused,
      'websocket',
      template,
      reason,
      [answer(403)],
      [answer(101)],
    ],
    [
      'a request without a token: a 401 of the gateway',
      missing,
      'http',
      template,
      undefined,
      [answer(401)],
      [answer(403)],
    ],
    [
      'report-only: every request passes, with the reason in the log',
      refused,
      'http',
      reportOnly,
      reason,
      [greeting],
      [answer(403)],
    ],
    [
      'report-only without a token: the authorizer is asked',
      missing,
      'rest',
      reportOnly,
      'token_missing',
      [greeting],
      [],
    ],
  ];
  for (const [title, demo, kind, of, decision, matching, others] of cases) {
    test(title, () => {
      const expectation = expectationOf(demo, kind, of);
      assert.equal(expectation.decision, decision);
      for (const given of matching) assert.equal(expectation.matches(given), true, seen(given));
      for (const given of others) assert.equal(expectation.matches(given), false, seen(given));
    });
  }

  test('a refusal that is thrown on an HTTP API: nothing in particular', () => {
    const expectation = expectationOf(refused, 'http', throwing);
    assert.deepEqual([expectation.decision, expectation.matches(answer(500))], [reason, undefined]);
  });
});

suite('what the smoke test looks for in a stack', () => {
  const template = readFileSync(
    new URL('../../../../infra/cloudformation/sam/template.yaml', import.meta.url),
    'utf8',
  );

  test('the outputs and the function of the SAM template', () => {
    const names = template.match(/^ {2}\w+(?=:(?: |$))/gm)?.map((name) => name.trim()) ?? [];
    assert.deepEqual(
      outputs.filter(({ key }) => names.includes(key)).map(({ kind }) => kind),
      ['rest', 'http', 'websocket'],
    );
    assert.equal(names.filter((name) => authorizerFunction.test(name)).length, 1);
  });
});
