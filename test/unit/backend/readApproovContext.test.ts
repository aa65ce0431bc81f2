import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import {
  type ApproovContextError,
  type ReadContextOptions,
  readApproovContext,
} from '../../../src/backend.ts';
import { handler as hello } from '../../../src/handlers/hello.ts';

const now = 1_795_478_164;
const given = { exp: now + 300.5, did: 'device', binding: 'off', messageSignature: 'off', mode: 'enforce' };
const asText = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
const rest = (authorizer: unknown) => ({
  resource: '/hello',
  httpMethod: 'GET',
  requestContext: { authorizer },
});
const http2 = (lambda: unknown) => ({
  version: '2.0',
  routeKey: 'GET /hello',
  requestContext: { authorizer: { lambda } },
});
const http1 = (authorizer: unknown) => ({
  version: '1.0',
  resource: '/hello',
  requestContext: { authorizer },
});
const webSocket = (authorizer: unknown) => ({
  requestContext: { routeKey: '$default', connectionId: 'c', connectedAt: now * 1000, authorizer },
});

suite('readApproovContext', () => {
  const cases: { name: string; event: unknown; options?: ReadContextOptions; expected: object }[] = [
    {
      name: 'REST API: numbers from text',
      event: rest({ ...asText, principalId: 'device', integrationLatency: 7 }),
      expected: given,
    },
    { name: 'HTTP API 2.0', event: http2(given), expected: given },
    { name: 'HTTP API 1.0', event: http1(given), expected: given },
    { name: 'WebSocket', event: webSocket({ ...asText, principalId: 'device' }), expected: given },
    {
      name: 'lists, objects and texts as they were in the token',
      event: rest({
        ...asText,
        aud: '%22[a]%22',
        anno: '[%22100%25%22,%22a%2Bb%22]',
        omitted: 'sub,ip',
        plan: '{%22name%22:%22%5C%22gold%5C%22%22}',
        ip: '100%25',
        approov_note: 'kept',
      }),
      expected: {
        ...given,
        aud: '[a]',
        anno: ['100%', 'a+b'],
        omitted: ['sub', 'ip'],
        plan: { name: '"gold"' },
        ip: '100%25',
        approov_note: 'kept',
      },
    },
    {
      name: 'lists as JSON, cached before an upgrade',
      event: rest({ ...asText, aud: '["a","b"]', anno: '["x"]', omitted: 'sub,ip', nbf: '1.5', iat: '-1e3' }),
      expected: { ...given, aud: ['a', 'b'], anno: ['x'], omitted: ['sub', 'ip'], nbf: 1.5, iat: -1000 },
    },
    {
      name: 'text that only looks like a list or a number stays text',
      event: rest({ ...asText, aud: '[not json', anno: 7, sub: '12' }),
      expected: { ...given, aud: '[not json', anno: 7, sub: '12' },
    },
    {
      name: 'custom numbers that are named',
      event: rest({ ...asText, level: '3', plan: '3' }),
      options: { numericClaims: ['level', 'absent'] },
      expected: { ...given, level: 3, plan: '3' },
    },
    {
      name: 'a refusal that report-only let through',
      event: rest({
        mode: 'report-only',
        verdict: 'would-deny',
        reason: 'token_expired',
        did: 'x',
        principalId: 'approov',
      }),
      expected: { mode: 'report-only', verdict: 'would-deny', reason: 'token_expired' },
    },
    {
      name: 'a claim called lambda, of an authorizer that hands it on',
      event: rest({ ...asText, lambda: 'x' }),
      expected: { ...given, lambda: 'x' },
    },
    {
      name: 'options that are undefined',
      event: rest({ ...asText, level: '3' }),
      options: { clockToleranceSeconds: undefined, numericClaims: undefined },
      expected: { ...given, level: '3' },
    },
    {
      name: 'an expired token within the tolerance',
      event: rest({ ...asText, exp: String(now - 5) }),
      options: { clockToleranceSeconds: 6 },
      expected: { ...given, exp: now - 5 },
    },
  ];
  for (const { name, event, options, expected } of cases) {
    test(name, () => assert.deepEqual(readApproovContext(event, { now, ...options }), expected));
  }

  const faults: { name: string; event: unknown; code: ApproovContextError['code'] }[] = [
    { name: 'no event', event: undefined, code: 'absent' },
    { name: 'no request context', event: {}, code: 'absent' },
    { name: 'no authorizer', event: { requestContext: {} }, code: 'absent' },
    { name: 'authorizer null', event: rest(null), code: 'absent' },
    { name: 'HTTP API 2.0 with lambda null', event: http2(null), code: 'absent' },
    {
      name: 'HTTP API 2.0 with a JWT authorizer',
      event: { requestContext: { authorizer: { jwt: { claims: { exp: '9' } } } } },
      code: 'absent',
    },
    {
      name: 'REST with what API Gateway adds by itself',
      event: rest({ principalId: 'user', integrationLatency: 422 }),
      code: 'absent',
    },
    { name: 'no exp', event: rest({ ...asText, exp: undefined }), code: 'absent' },
    { name: 'a mode of another authorizer', event: http2({ ...given, mode: 'dark' }), code: 'absent' },
    { name: 'mode that is not text', event: http2({ ...given, mode: 1 }), code: 'absent' },
    { name: 'an authorizer that is a list', event: rest([given]), code: 'absent' },
    { name: 'exp in milliseconds', event: http2({ ...given, exp: now * 1000 }), code: 'absent' },
    {
      name: 'would-deny outside report-only',
      event: rest({ mode: 'enforce', verdict: 'would-deny' }),
      code: 'absent',
    },
    { name: 'exp now', event: rest({ ...asText, exp: String(now) }), code: 'expired' },
    { name: 'exp past', event: http2({ ...given, exp: now - 1 }), code: 'expired' },
  ];
  for (const { name, event, code } of faults) {
    test(`throws: ${name}`, () => {
      assert.throws(() => readApproovContext(event, { now }), { name: 'ApproovContextError', code });
    });
  }

  const notFinite = [
    '1e999',
    '-1e999',
    'NaN',
    'Infinity',
    '',
    ' ',
    'soon',
    '0x1',
    null,
    true,
    {},
    Number.NaN,
  ];
  for (const name of ['exp', 'nbf', 'iat', 'level']) {
    for (const value of [...notFinite, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const given = typeof value === 'number' ? String(value) : JSON.stringify(value);
      test(`throws: ${name} that is ${given}`, () => {
        for (const event of [rest({ ...asText, [name]: value }), http2({ ...asText, [name]: value })]) {
          assert.throws(() => readApproovContext(event, { now, numericClaims: ['level'] }), {
            name: 'ApproovContextError',
            code: 'absent',
            message: `no Approov authorizer context in the event: ${name} is not a finite number`,
          });
        }
      });
    }
  }

  const { connectedAt } = { connectedAt: undefined } as unknown as { connectedAt: number };
  const misuses: { name: string; options: unknown; message: string }[] = [
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null, '1', new Date(0), 1n].flatMap(
      (value) =>
        (['now', 'clockToleranceSeconds'] as const).map((option) => ({
          name: `${option}: ${typeof value} ${value}`,
          options: { [option]: value },
          message: `${option} must be a finite number of seconds`,
        })),
    ),
    {
      name: 'the time of a connection that the event does not have',
      options: { now: connectedAt / 1000 },
      message: 'now must be a finite number of seconds',
    },
    ...[null, 'level', [1], {}].map((value) => ({
      name: `numericClaims: ${JSON.stringify(value)}`,
      options: { numericClaims: value },
      message: 'numericClaims must be a list of claim names',
    })),
    ...[null, 5, 'x'].map((options) => ({
      name: `options: ${options}`,
      options,
      message: 'options must be an object',
    })),
  ];
  for (const { name, options, message } of misuses) {
    test(`names a wrong option, although the context is good: ${name}`, () => {
      assert.throws(() => readApproovContext(http2(given), options as ReadContextOptions), {
        name: 'TypeError',
        message,
      });
    });
  }

  test('takes own properties alone, of the options and of the event', () => {
    const expired = http2({ ...given, exp: now - 5 });
    const options = Object.create({ now: 0, clockToleranceSeconds: 60, numericClaims: ['did'] });
    assert.throws(() => readApproovContext(expired, options), { code: 'expired' });
    const { exp, mode, ...withoutBoth } = given;
    const inherited: [event: unknown, polluted: object][] = [
      [{}, http2(given)],
      [{ requestContext: {} }, { authorizer: given }],
      [rest({}), { lambda: given }],
      [rest(withoutBoth), { exp, mode }],
      [rest({}), { mode: 'report-only', verdict: 'would-deny', reason: 'x' }],
      [rest({ ...withoutBoth, mode }), { exp }],
    ];
    for (const [event, polluted] of inherited) {
      Object.assign(Object.prototype, polluted);
      try {
        assert.throws(() => readApproovContext(event, { now: 1 }), { code: 'absent' });
      } finally {
        for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
      }
    }
  });

  test('takes the current time when it is given none', () => {
    assert.throws(() => readApproovContext(http2({ ...given, exp: Date.now() / 1000 - 1 })), {
      code: 'expired',
    });
    assert.ok(readApproovContext(http2({ ...given, exp: Date.now() / 1000 + 60 })));
  });
});

suite('Hello', () => {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const digest = `sha-256=:${hash('sha256', 'the body', 'base64')}:`;
  const cases: { name: string; event: unknown; statusCode: number; body: object }[] = [
    {
      name: 'greets on REST APIs',
      event: rest({ ...asText, exp: String(exp) }),
      statusCode: 200,
      body: { message: 'Hello, World!', did: 'device', exp },
    },
    {
      name: 'greets on HTTP APIs',
      event: http2({ ...given, exp }),
      statusCode: 200,
      body: { message: 'Hello, World!', did: 'device', exp },
    },
    {
      name: 'greets what report-only let through',
      event: rest({ mode: 'report-only', verdict: 'would-deny', reason: 'token_missing' }),
      statusCode: 200,
      body: { message: 'Hello, World!', verdict: 'would-deny' },
    },
    {
      name: 'greets when the body is the signed one',
      event: { ...http2({ ...given, exp, contentDigest: digest }), body: 'the body' },
      statusCode: 200,
      body: { message: 'Hello, World!', did: 'device', exp, contentDigest: 'verified' },
    },
    {
      name: 'refuses a body that is not the signed one',
      event: { ...http2({ ...given, exp, contentDigest: digest }), body: 'another body' },
      statusCode: 400,
      body: { message: 'The body is not the one that was signed.' },
    },
    {
      name: 'refuses when the signed digest was too long for the context',
      event: { ...rest({ ...asText, exp: String(exp), omitted: 'sub,contentDigest' }), body: 'the body' },
      statusCode: 400,
      body: { message: 'The body is not the one that was signed.' },
    },
    {
      name: 'greets when another claim was too long for the context',
      event: rest({ ...asText, exp: String(exp), omitted: 'sub' }),
      statusCode: 200,
      body: { message: 'Hello, World!', did: 'device', exp },
    },
    { name: 'refuses without the authorizer', event: rest(undefined), statusCode: 401, body: {} },
    {
      name: 'refuses after the token has expired',
      event: rest({ ...asText, exp: '1000' }),
      statusCode: 401,
      body: {},
    },
  ];
  for (const { name, event, statusCode, body } of cases) {
    test(name, async () => {
      const result = await hello(event);
      assert.equal(result.statusCode, statusCode);
      assert.deepEqual(JSON.parse(result.body), body);
      assert.equal(result.headers['content-type'], 'application/json');
    });
  }

  test('does not hide a fault of its own behind a refusal', async () => {
    const event = Object.defineProperty({}, 'requestContext', {
      get() {
        throw new RangeError('a fault');
      },
    });
    await assert.rejects(hello(event), /a fault/);
  });
});
