import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import type { PolicyResponse } from '../../src/answer/respond.ts';
import type { SecretSource } from '../../src/keys/secretCache.ts';
import { eventOf } from '../cases/eventOf.ts';
import { decisionOf, effectOf, harness, now, secret } from './support/harness.ts';

const claims = {
  exp: now + 300.75,
  did: 'device',
  sub: 'approov|device',
  arc: 'ARC',
  iss: 'a.approov.io',
  anno: ['x'],
  pay: 'p',
};
const good = mintToken({ claims, key: secret });
const expired = mintToken({ claims: { ...claims, exp: now - 1 }, key: secret });
const forged = mintToken({ claims, key: Buffer.alloc(64, 'other') });
const unavailable: SecretSource = async () => {
  throw new Error('a value that must not be shown');
};
const context = {
  exp: now + 300.75,
  iss: 'a.approov.io',
  sub: 'approov|device',
  did: 'device',
  arc: 'ARC',
  anno: '[%22x%22]',
  binding: 'off',
  messageSignature: 'off',
};
const restStage = 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod';
const httpStage = 'arn:aws:execute-api:eu-west-1:123456789012:abc123/$default';
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

suite('answer', () => {
  interface Case {
    name: string;
    api?: 'rest' | 'http';
    token?: string;
    variables?: Record<string, string>;
    source?: SecretSource;
    /** the response, or the message of the error */
    expected: object | RegExp;
  }
  const simple = { APPROOV_HTTP_API_RESPONSE: 'simple' };
  const reportOnly = { APPROOV_MODE: 'report-only' };
  const wouldDeny = (reason: string) => ({ mode: 'report-only', verdict: 'would-deny', reason });
  const cases: Case[] = [
    {
      name: 'Allow for the stage, until the token ends',
      expected: {
        principalId: 'device',
        policyDocument: policy('Allow', `${restStage}/*`, until),
        context: { ...context, mode: 'enforce' },
      },
    },
    {
      name: 'Allow for the method',
      variables: { APPROOV_RESOURCE_SCOPE: 'method' },
      expected: {
        principalId: 'device',
        policyDocument: policy('Allow', `${restStage}/GET/hello`, until),
        context: { ...context, mode: 'enforce' },
      },
    },
    {
      name: 'Allow until the token ends and the tolerance is over',
      variables: { APPROOV_CLOCK_TOLERANCE_SECONDS: '60' },
      expected: {
        principalId: 'device',
        policyDocument: policy('Allow', `${restStage}/*`, '2026-11-24T00:02:04Z'),
        context: { ...context, mode: 'enforce' },
      },
    },
    {
      name: 'Allow on an HTTP API',
      api: 'http',
      expected: {
        principalId: 'device',
        policyDocument: policy('Allow', `${httpStage}/*`, until),
        context: { ...context, mode: 'enforce' },
      },
    },
    {
      name: 'simple yes',
      api: 'http',
      variables: simple,
      expected: { isAuthorized: true, context: { ...context, mode: 'enforce' } },
    },
    {
      name: 'no simple answer on a REST API',
      variables: simple,
      expected: {
        principalId: 'device',
        policyDocument: policy('Allow', `${restStage}/*`, until),
        context: { ...context, mode: 'enforce' },
      },
    },
    { name: 'Unauthorized', token: forged, expected: /^Error: Unauthorized$/ },
    {
      name: 'Deny with the reason',
      token: forged,
      variables: { APPROOV_DENIAL: 'policy' },
      expected: {
        principalId: 'approov',
        policyDocument: policy('Deny', `${restStage}/*`),
        context: { reason: 'signature_mismatch' },
      },
    },
    {
      name: 'simple no with the reason',
      api: 'http',
      token: expired,
      variables: { ...simple, APPROOV_DENIAL: 'policy' },
      expected: { isAuthorized: false, context: { reason: 'token_expired' } },
    },
    {
      name: 'simple Unauthorized',
      api: 'http',
      token: expired,
      variables: simple,
      expected: /^Error: Unauthorized$/,
    },
    {
      name: 'failure without a secret',
      source: unavailable,
      expected: /^Failure: secret_unavailable: unexpected error$/,
    },
    {
      name: 'failure is no Deny',
      source: unavailable,
      variables: { APPROOV_DENIAL: 'policy' },
      expected: /^Failure: secret_unavailable/,
    },
    {
      name: 'failure with a short secret',
      source: async () => ({ text: 'c2hvcnQ=', versionId: 'v', createdAt: 0 }),
      expected: /^Failure: secret_invalid: the decoded value is shorter than 32 bytes$/,
    },
    {
      name: 'report-only allows what it would allow',
      variables: reportOnly,
      expected: {
        principalId: 'device',
        policyDocument: policy('Allow', `${restStage}/*`, until),
        context: { ...context, mode: 'report-only' },
      },
    },
    {
      name: 'report-only allows a forged token and hands on nothing of it',
      token: forged,
      variables: reportOnly,
      expected: {
        principalId: 'approov',
        policyDocument: policy('Allow', `${restStage}/*`),
        context: wouldDeny('signature_mismatch'),
      },
    },
    {
      name: 'report-only allows on a failure',
      source: unavailable,
      variables: reportOnly,
      expected: {
        principalId: 'approov',
        policyDocument: policy('Allow', `${restStage}/*`),
        context: wouldDeny('secret_unavailable'),
      },
    },
    {
      name: 'report-only in the simple form',
      api: 'http',
      token: '',
      variables: { ...reportOnly, ...simple },
      expected: { isAuthorized: true, context: wouldDeny('token_missing') },
    },
  ];
  for (const { name, api = 'rest', token = good, variables = {}, source, expected } of cases) {
    test(name, async () => {
      const { response, error } = await harness(variables, source).answer(
        eventOf[api]([['Approov-Token', token]]),
      );
      if (expected instanceof RegExp) assert.match(String(error), expected);
      else assert.deepEqual(response, expected);
    });
  }

  test('is a failure for what is not an authorizer event, in report-only too', async () => {
    for (const event of [
      undefined,
      {},
      { type: 'TOKEN', methodArn: `${restStage}/GET/x`, authorizationToken: good },
    ]) {
      for (const mode of ['enforce', 'report-only']) {
        const answer = await harness({ APPROOV_MODE: mode }).answer(event);
        assert.match(String(answer.error), /^Failure: event_invalid: /);
        assert.equal(decisionOf(answer)?.reason, 'event_invalid');
      }
    }
  });

  test('is an internal failure for a thrown value that is not an error', async () => {
    const event = Object.defineProperty(eventOf.rest([]), 'headers', {
      get() {
        throw undefined;
      },
    });
    assert.match(
      String((await harness().answer(event)).error),
      /^Failure: internal_error: unexpected error$/,
    );
  });

  test('is an internal failure for a fault of the code, without its message', async () => {
    const event = eventOf.rest([['Approov-Token', good]]);
    Object.defineProperty(event, 'headers', {
      get() {
        throw new RangeError(`quotes ${good}`);
      },
    });
    const answer = await harness().answer(event);
    assert.match(String(answer.error), /^Failure: internal_error: unexpected error$/);
    assert.ok(!answer.error?.stack?.includes(good));
    assert.match(String(answer.error?.stack), /at .*answer\.test\.ts/);
  });
});

suite('log', () => {
  const facts = { apiType: 'rest', requestId: 'request-1', apiId: 'abc123', stage: 'prod', route: '/hello' };
  const cases: { name: string; token: string; status?: string; source?: SecretSource; expected: object }[] = [
    {
      name: 'an allowed request',
      token: good,
      expected: {
        level: 'info',
        message: 'request allowed',
        decision: 'allow',
        ...facts,
        arc: 'ARC',
        secretVersion: 'current',
      },
    },
    {
      name: 'a refused request whose signature is good',
      token: expired,
      expected: {
        level: 'warn',
        message: 'request refused',
        decision: 'deny',
        reason: 'token_expired',
        ...facts,
        arc: 'ARC',
        secretVersion: 'current',
      },
    },
    {
      name: 'a refused request whose signature is bad: of its claims the ARC alone',
      token: forged,
      expected: {
        level: 'warn',
        message: 'request refused',
        decision: 'deny',
        reason: 'signature_mismatch',
        ...facts,
        unverifiedArc: 'ARC',
      },
    },
    {
      name: 'a client without token, and what it says',
      token: '',
      status: `no\u0007\n_net\u00e9work${'x'.repeat(100)}`,
      expected: {
        level: 'warn',
        message: 'request refused',
        decision: 'deny',
        reason: 'client_status',
        ...facts,
        clientStatus: `no_network${'x'.repeat(54)}`,
      },
    },
    {
      name: 'a failure',
      token: good,
      source: unavailable,
      expected: {
        level: 'error',
        message: 'secret_unavailable: unexpected error',
        decision: 'error',
        reason: 'secret_unavailable',
        ...facts,
      },
    },
  ];
  for (const { name, token, status, source, expected } of cases) {
    test(`has one line for ${name}`, async () => {
      const headers: [string, string][] = [['Approov-Token', token]];
      if (status) headers.push(['Approov-Status', status]);
      const { lines } = await harness({}, source).answer(eventOf.rest(headers));
      const decisions = lines.filter(({ decision }) => decision);
      assert.equal(decisions.length, 1);
      const { tokenId, timestamp, ...line } = decisions[0] as (typeof decisions)[0];
      assert.equal(timestamp, new Date(now * 1000).toISOString());
      assert.deepEqual(line, { ...expected, durationMs: 0, coldStart: true });
      assert.equal(tokenId === undefined, token === '');
      if (tokenId) assert.match(tokenId, /^[0-9a-f]{16}$/);
    });
  }

  test('tells would-be refusals in report-only', async () => {
    const answer = await harness({ APPROOV_MODE: 'report-only' }).answer(
      eventOf.rest([['Approov-Token', forged]]),
    );
    assert.deepEqual(
      [decisionOf(answer)?.decision, decisionOf(answer)?.reason],
      ['would-deny', 'signature_mismatch'],
    );
  });

  test('tells the first request of an environment from the others', async () => {
    const { answer } = harness();
    const event = eventOf.rest([['Approov-Token', good]]);
    assert.equal(decisionOf(await answer(event))?.coldStart, true);
    assert.equal(decisionOf(await answer(event))?.coldStart, false);
  });

  const levels: { level: string; expected: string[] }[] = [
    { level: 'debug', expected: ['secret refreshed', 'request allowed', 'request refused'] },
    { level: 'info', expected: ['secret refreshed', 'request allowed', 'request refused'] },
    { level: 'warn', expected: ['request refused'] },
    { level: 'error', expected: [] },
    { level: 'silent', expected: [] },
  ];
  for (const { level, expected } of levels) {
    test(`writes at level ${level}: ${expected.join(', ') || 'nothing'}`, async () => {
      const { answer, lines } = harness({ APPROOV_LOG_LEVEL: level });
      await answer(eventOf.rest([['Approov-Token', good]]));
      await answer(eventOf.rest([['Approov-Token', '']]));
      assert.deepEqual(
        lines.map((line) => JSON.parse(line).message),
        expected,
      );
      assert.ok(lines.every((line) => line.endsWith('}\n')));
    });
  }

  test('says that a stale secret serves, after each fetch that failed', async () => {
    let time = now * 1000;
    let isDown = false;
    const source: SecretSource = async () => {
      if (isDown) throw new Error('down');
      return { text: secret.toString('base64'), versionId: 'v1', createdAt: 0 };
    };
    const { answer, lines } = harness({ APPROOV_LOG_LEVEL: 'warn' }, source, () => time);
    await answer(eventOf.rest([['Approov-Token', good]]));
    isDown = true;
    time += 299_000;
    await answer(eventOf.rest([['Approov-Token', good]]));
    assert.deepEqual(lines, []);
    time += 2_000;
    const lasting = mintToken({ claims: { exp: now + 1000 }, key: secret });
    assert.equal(effectOf(await answer(eventOf.rest([['Approov-Token', lasting]]))), 'Allow');
    assert.deepEqual(
      lines
        .map((line) => JSON.parse(line))
        .filter(({ decision }) => !decision)
        .map(({ timestamp, ...line }) => line),
      [
        {
          level: 'warn',
          message: 'secret fetch failed: secret_unavailable: unexpected error',
          reason: 'secret_unavailable',
          secretId: 's',
        },
        { level: 'warn', message: 'stale secret in use', reason: 'secret_unavailable', secretId: 's' },
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
  const http = eventOf.http([['Approov-Token', good]]);
  const payload1 = { ...eventOf.rest([]), version: '1.0' };
  const rest = eventOf.rest([]);
  const cases: { name: string; events: unknown[]; variables?: Record<string, string>; expected: number }[] = [
    { name: 'is warned of once', events: [rest, http, http, payload1], expected: 1 },
    { name: 'is warned of with payload 1.0 too', events: [payload1, http], expected: 1 },
    { name: 'does not concern a REST API', events: [rest, {}], expected: 0 },
    { name: 'does not concern a Deny', events: [http], variables: { APPROOV_DENIAL: 'policy' }, expected: 0 },
  ];
  for (const { name, events, variables, expected } of cases) {
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
  const cases: { name: string; claims: object; expected: string }[] = [
    { name: 'did before sub', claims: { did: 'd', sub: 's' }, expected: 'd' },
    { name: 'sub without did', claims: { sub: 's' }, expected: 's' },
    { name: 'sub with an empty did', claims: { did: '', sub: 's' }, expected: 's' },
    { name: 'approov without both', claims: { did: '', sub: '' }, expected: 'approov' },
    { name: 'every printable character but two', claims: { did: plain }, expected: plain },
    { name: 'a hash of UTF-8', claims: { did: 'é' }, expected: 'sha256:4a99557e4033c3539de2eb65472017ca' },
    { name: '128 characters', claims: { did: 'd'.repeat(128) }, expected: 'd'.repeat(128) },
    ...['d'.repeat(129), 'a"b', 'a\\b', 'a\nb', 'a\n', '\u001f', '\u007f', '😀', '\ud800'].map((did) => ({
      name: `a hash of ${JSON.stringify(did).slice(0, 20)}`,
      claims: { did, sub: 's' },
      expected: hashOf(did),
    })),
  ];
  for (const { name, claims, expected } of cases) {
    test(name, async () => {
      const token = mintToken({ claims: { exp: now + 1, ...claims }, key: secret });
      const { response } = await harness().answer(eventOf.rest([['Approov-Token', token]]));
      assert.equal((response as PolicyResponse).principalId, expected);
    });
  }
});
