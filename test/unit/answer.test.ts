import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import type { PolicyResponse } from '../../src/answer/respond.ts';
import type { SecretSource } from '../../src/keys/secretCache.ts';
import { arnOf, eventOf, sent } from '../cases/eventOf.ts';
import { sourceOf, unavailable } from '../support/secrets.ts';
import {
  decisionOf,
  effectOf,
  harness,
  minted,
  now,
  otherSecret,
  secret,
  verdictOf,
} from './support/harness.ts';

const claims = {
  exp: now + 300.75,
  did: 'device',
  sub: 'approov|device',
  arc: 'ARC',
  iss: 'a.approov.io',
  anno: ['x'],
};
const good = minted({ ...claims, pay: 'p' });
const expired = minted({ ...claims, exp: now - 1 });
const forged = minted(claims, otherSecret);
const rest = (token: string) => eventOf.rest(sent(token));
const context = {
  ...claims,
  anno: '[%22x%22]',
  binding: 'off',
  messageSignature: 'off',
  mode: 'enforce',
};
const policy = (effect: string, resource: string, until?: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Action: 'execute-api:Invoke',
      Effect: effect,
      Resource: resource,
      ...(until && { Condition: { DateLessThan: { 'aws:CurrentTime': until } } }),
    },
  ],
});
const until = '2026-11-24T00:01:04Z';

type Variables = Record<string, string>;

suite('answer', () => {
  const simple = { APPROOV_HTTP_API_RESPONSE: 'simple' };
  const denying = { APPROOV_DENIAL: 'policy' };
  const reportOnly = { APPROOV_MODE: 'report-only' };
  const wouldDeny = (reason: string) => ({ mode: 'report-only', verdict: 'would-deny', reason });
  const allow = (resource = arnOf('/*'), end = until, mode = 'enforce') => ({
    principalId: 'device',
    policyDocument: policy('Allow', resource, end),
    context: { ...context, mode },
  });
  const withoutClaims = (effect: string, given: object) => ({
    principalId: 'approov',
    policyDocument: policy(effect, arnOf('/*')),
    context: given,
  });
  interface Rest {
    readonly api?: 'http';
    readonly token?: string;
    readonly source?: SecretSource;
  }
  const http: Rest = { api: 'http' };
  /** `expected` is the response, or the message of the error. */
  const cases: [name: string, variables: Variables, expected: object | RegExp, rest?: Rest][] = [
    ['Allow for the stage, until the token ends', {}, allow()],
    ['Allow for the method', { APPROOV_RESOURCE_SCOPE: 'method' }, allow(arnOf('/GET/hello'))],
    [
      'Allow until the token ends and the tolerance is over',
      { APPROOV_CLOCK_TOLERANCE_SECONDS: '60' },
      allow(arnOf('/*'), '2026-11-24T00:02:04Z'),
    ],
    ['Allow on an HTTP API', {}, allow(arnOf('/*', '$default')), http],
    ['simple yes', simple, { isAuthorized: true, context }, http],
    ['no simple answer on a REST API', simple, allow()],
    ['Unauthorized', {}, /^Error: Unauthorized$/, { token: forged }],
    [
      'Deny with the reason',
      denying,
      withoutClaims('Deny', { reason: 'signature_mismatch' }),
      { token: forged },
    ],
    [
      'simple no with the reason',
      { ...simple, ...denying },
      { isAuthorized: false, context: { reason: 'token_expired' } },
      { ...http, token: expired },
    ],
    ['simple Unauthorized', simple, /^Error: Unauthorized$/, { ...http, token: expired }],
    [
      'failure without a secret',
      {},
      /^Failure: secret_unavailable: unexpected error$/,
      { source: unavailable },
    ],
    ['failure is no Deny', denying, /^Failure: secret_unavailable/, { source: unavailable }],
    [
      'failure with a short secret',
      {},
      /^Failure: secret_invalid: the decoded value is shorter than 32 bytes$/,
      { source: sourceOf('c2hvcnQ=') },
    ],
    ['report-only allows what it would allow', reportOnly, allow(arnOf('/*'), until, 'report-only')],
    [
      'report-only allows a forged token and hands on nothing of it',
      reportOnly,
      withoutClaims('Allow', wouldDeny('signature_mismatch')),
      { token: forged },
    ],
    [
      'report-only allows on a failure',
      reportOnly,
      withoutClaims('Allow', wouldDeny('secret_unavailable')),
      { source: unavailable },
    ],
    [
      'report-only in the simple form',
      { ...reportOnly, ...simple },
      { isAuthorized: true, context: wouldDeny('token_missing') },
      { ...http, token: '' },
    ],
  ];
  for (const [name, variables, expected, { api = 'rest', token = good, source } = {}] of cases) {
    test(name, async () => {
      const { response, error } = await harness(variables, { source }).answer(eventOf[api](sent(token)));
      if (expected instanceof RegExp) assert.match(String(error), expected);
      else assert.deepEqual(response, expected);
    });
  }

  test('is a failure for what is not an authorizer event, in report-only too', async () => {
    const ofToken = { type: 'TOKEN', methodArn: arnOf('/GET/x'), authorizationToken: good };
    for (const event of [undefined, {}, ofToken]) {
      for (const mode of ['enforce', 'report-only']) {
        const answer = await harness({ APPROOV_MODE: mode }).answer(event);
        assert.match(String(answer.error), /^Failure: event_invalid: /);
        assert.equal(verdictOf(answer), 'event_invalid');
      }
    }
  });

  for (const thrown of [undefined, new RangeError(`quotes ${good}`)]) {
    test(`is an internal failure for a fault of the code, without its message: ${thrown?.name}`, async () => {
      const event = Object.defineProperty(rest(good), 'headers', {
        get() {
          throw thrown;
        },
      });
      const { error } = await harness().answer(event);
      assert.match(String(error), /^Failure: internal_error: unexpected error$/);
      assert.ok(!error?.stack?.includes(good));
      if (thrown) assert.match(String(error?.stack), /at .*answer\.test\.ts/);
    });
  }
});

suite('log', () => {
  const facts = { apiType: 'rest', requestId: 'request-1', apiId: 'abc123', stage: 'prod', route: '/hello' };
  const refused = { level: 'warn', message: 'request refused', decision: 'deny' };
  const verified = { arc: 'ARC', secretVersion: 'current' };
  type Rest = { status?: string; source?: SecretSource };
  const cases: [name: string, token: string, expected: object, rest?: Rest][] = [
    [
      'an allowed request',
      good,
      { level: 'info', message: 'request allowed', decision: 'allow', ...verified },
    ],
    [
      'a request refused with a good signature',
      expired,
      { ...refused, reason: 'token_expired', ...verified },
    ],
    [
      'a request refused with a bad signature: of its claims the ARC alone',
      forged,
      { ...refused, reason: 'signature_mismatch', unverifiedArc: 'ARC' },
    ],
    [
      'a client without token, and what it says',
      '',
      { ...refused, reason: 'client_status', clientStatus: `no_network${'x'.repeat(54)}` },
      { status: `no\u0007\n_net\u00e9work${'x'.repeat(100)}` },
    ],
    [
      'a failure',
      good,
      {
        level: 'error',
        message: 'secret_unavailable: unexpected error',
        decision: 'error',
        reason: 'secret_unavailable',
      },
      { source: unavailable },
    ],
  ];
  for (const [name, token, expected, { status, source } = {}] of cases) {
    test(`has one line for ${name}`, async () => {
      const headers = sent(token, status ? { 'Approov-Status': status } : {});
      const { lines } = await harness({}, { source }).answer(eventOf.rest(headers));
      const decisions = lines.filter(({ decision }) => decision);
      assert.equal(decisions.length, 1);
      const { tokenId, timestamp, ...line } = decisions[0] as (typeof decisions)[0];
      assert.equal(timestamp, new Date(now * 1000).toISOString());
      assert.deepEqual(line, { ...expected, ...facts, durationMs: 0, coldStart: true });
      assert.equal(tokenId === undefined, token === '');
      if (tokenId) assert.match(tokenId, /^[0-9a-f]{16}$/);
    });
  }

  test('names would-be refusals in report-only', async () => {
    const line = decisionOf(await harness({ APPROOV_MODE: 'report-only' }).answer(rest(forged)));
    assert.deepEqual([line?.decision, line?.reason], ['would-deny', 'signature_mismatch']);
  });

  test('marks the first request of an environment', async () => {
    const { answer } = harness();
    assert.equal(decisionOf(await answer(rest(good)))?.coldStart, true);
    assert.equal(decisionOf(await answer(rest(good)))?.coldStart, false);
  });

  const all = ['secret refreshed', 'request allowed', 'request refused'];
  const levels: Record<string, string[]> = {
    debug: all,
    info: all,
    warn: ['request refused'],
    error: [],
    silent: [],
  };
  for (const [level, expected] of Object.entries(levels)) {
    test(`writes at level ${level}: ${expected.join(', ') || 'nothing'}`, async () => {
      const { answer, lines } = harness({ APPROOV_LOG_LEVEL: level });
      for (const token of [good, '']) await answer(rest(token));
      assert.deepEqual(
        lines.map((line) => JSON.parse(line).message),
        expected,
      );
      assert.ok(lines.every((line) => line.endsWith('}\n')));
    });
  }

  test('says that a stale secret is used, after each fetch that failed', async () => {
    const time = { now };
    let source = sourceOf(secret);
    const { answer, lines } = harness(
      { APPROOV_LOG_LEVEL: 'warn' },
      { source: (...call) => source(...call), time },
    );
    await answer(rest(good));
    source = unavailable;
    time.now += 299;
    await answer(rest(good));
    assert.deepEqual(lines, []);
    time.now += 2;
    assert.equal(effectOf(await answer(rest(minted({ exp: now + 1000 })))), 'Allow');
    const shared = { level: 'warn', reason: 'secret_unavailable', secretId: 's' };
    assert.deepEqual(
      lines
        .map((line) => JSON.parse(line))
        .filter(({ decision }) => !decision)
        .map(({ timestamp, ...line }) => line),
      [
        { ...shared, message: 'secret fetch failed: secret_unavailable: unexpected error' },
        { ...shared, message: 'stale secret in use' },
      ],
    );
  });

  test('writes the configuration warnings once', () => {
    const { lines } = harness({ APPROOV_CONTEXT_CLAIMS: 'exp,pay' });
    assert.equal(lines.length, 1);
    assert.match(
      lines[0] as string,
      /^\{"timestamp":"2026-11-23T23:56:04\.000Z","level":"warn","message":"APPROOV_CONTEXT_CLAIMS names pay, which is never handed to the backend/,
    );
  });
});

suite('a thrown refusal on an HTTP API', () => {
  const message = 'denial is unauthorized on an HTTP API: AWS documents no 401 for it; use policy';
  const http = eventOf.http(sent(good));
  const payload1 = { ...eventOf.rest([]), version: '1.0' };
  const cases: [name: string, events: unknown[], expected: number, variables?: Variables][] = [
    ['is warned of once', [eventOf.rest([]), http, http, payload1], 1],
    ['is warned of with payload 1.0 too', [payload1, http], 1],
    ['does not concern a REST API', [eventOf.rest([]), {}], 0],
    ['does not concern a Deny', [http], 0, { APPROOV_DENIAL: 'policy' }],
  ];
  for (const [name, events, expected, variables] of cases) {
    test(name, async () => {
      const { answer, lines } = harness(variables);
      for (const event of events) await answer(event);
      const warnings = lines.map((line) => JSON.parse(line)).filter((line) => line.message === message);
      assert.deepEqual(
        warnings.map(({ level }) => level),
        Array(expected).fill('warn'),
      );
    });
  }
});

suite('principal', () => {
  const hashOf = (name: string) => `sha256:${hash('sha256', name).slice(0, 32)}`;
  const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index));
  const plain = printable.replace(/["\\]/g, '');
  const cases: [name: string, claims: object, expected: string][] = [
    ['did before sub', { did: 'd', sub: 's' }, 'd'],
    ['sub without did', { sub: 's' }, 's'],
    ['sub with an empty did', { did: '', sub: 's' }, 's'],
    ['approov without both', { did: '', sub: '' }, 'approov'],
    ['every printable character but two', { did: plain }, plain],
    ['a hash of UTF-8', { did: 'é' }, 'sha256:4a99557e4033c3539de2eb65472017ca'],
    ['128 characters', { did: 'd'.repeat(128) }, 'd'.repeat(128)],
    ...['d'.repeat(129), 'a"b', 'a\\b', 'a\nb', 'a\n', '\u001f', '\u007f', '😀', '\ud800'].map(
      (did): [string, object, string] => [
        `a hash of ${JSON.stringify(did).slice(0, 20)}`,
        { did, sub: 's' },
        hashOf(did),
      ],
    ),
  ];
  for (const [name, given, expected] of cases) {
    test(name, async () => {
      const { response } = await harness().answer(rest(minted(given)));
      assert.equal((response as PolicyResponse).principalId, expected);
    });
  }
});
