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
  const cases: readonly {
    case: string;
    demo: typeof allowed | typeof refused | typeof missing;
    kind: ApiKind;
    target: SmokeTarget;
    decision: string | undefined;
    answers: readonly [Answer, boolean | undefined][];
  }[] = [
    {
      case: 'an allowed request: the greeting',
      demo: allowed,
      kind: 'rest',
      target: target({}),
      decision: 'allow',
      answers: [
        [greeting, true],
        [answer(200, 'shapes'), false],
        [answer(403), false],
      ],
    },
    {
      case: 'an allowed request with a body that is verified: that Hello says so',
      demo: { ...allowed, contentDigest: 'verified' } as typeof allowed,
      kind: 'http',
      target: target({}),
      decision: 'allow',
      answers: [
        [answer(200, '{"message":"Hello, World!","contentDigest":"verified"}'), true],
        [greeting, false],
      ],
    },
    {
      case: 'an allowed request to a backend of the user: a success',
      demo: allowed,
      kind: 'http',
      target: target({}, false),
      decision: 'allow',
      answers: [
        [answer(204), true],
        [answer(302), false],
      ],
    },
    {
      case: 'a REST refusal: a 401 with an empty object that a browser may read',
      demo: refused,
      kind: 'rest',
      target: target({}),
      decision: 'token_expired',
      answers: [
        [answer(401, '{}', cors), true],
        [answer(401, '{}'), false],
        [answer(401, '{"message":"Unauthorized"}', cors), false],
        [answer(403, '{}', cors), false],
      ],
    },
    {
      case: 'a refusal of a REST API of the user, with or without a gateway response',
      demo: refused,
      kind: 'rest',
      target: target({}, false),
      decision: 'token_expired',
      answers: [
        [answer(401), true],
        [answer(403), true],
        [answer(500), false],
      ],
    },
    {
      case: 'an HTTP refusal: a 403',
      demo: refused,
      kind: 'http',
      target: target({}),
      decision: 'token_expired',
      answers: [
        [answer(403), true],
        [answer(401), false],
      ],
    },
    {
      case: 'a refusal that is thrown on an HTTP API: nothing in particular',
      demo: refused,
      kind: 'http',
      target: target({ denial: 'unauthorized' }),
      decision: 'token_expired',
      answers: [[answer(500), undefined]],
    },
    {
      case: 'a refusal that is thrown on a REST API: a 401',
      demo: refused,
      kind: 'rest',
      target: target({ denial: 'unauthorized' }),
      decision: 'token_expired',
      answers: [
        [answer(401), true],
        [answer(500), false],
      ],
    },
    {
      case: 'a refused WebSocket: a 403 in place of the connection',
      demo: refused,
      kind: 'websocket',
      target: target({}),
      decision: 'token_expired',
      answers: [
        [answer(403), true],
        [answer(101), false],
      ],
    },
    {
      case: 'a request without a token: a 401 of the gateway',
      demo: missing,
      kind: 'http',
      target: target({}),
      decision: undefined,
      answers: [
        [answer(401), true],
        [answer(403), false],
      ],
    },
    {
      case: 'report-only: every request passes, with the reason in the log',
      demo: refused,
      kind: 'http',
      target: target({ mode: 'report-only' }),
      decision: 'token_expired',
      answers: [
        [greeting, true],
        [answer(403), false],
      ],
    },
    {
      case: 'report-only without a token: the authorizer is asked',
      demo: missing,
      kind: 'rest',
      target: target({ mode: 'report-only' }),
      decision: 'token_missing',
      answers: [[greeting, true]],
    },
  ];
  for (const { case: title, demo, kind, target, decision, answers } of cases) {
    test(title, () => {
      const expectation = expectationOf(demo, kind, target);
      assert.equal(expectation.decision, decision);
      for (const [given, matches] of answers) {
        assert.equal(expectation.matches(given), matches, seen(given));
      }
    });
  }
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
