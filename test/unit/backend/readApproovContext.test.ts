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
import { polluted } from '../../support/polluted.ts';

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
  const reported = { mode: 'report-only', verdict: 'would-deny', reason: 'token_expired' };
  const encoded = {
    aud: '%22[a]%22',
    anno: '[%22100%25%22,%22a%2Bb%22]',
    omitted: 'sub,ip',
    plan: '{%22name%22:%22%5C%22gold%5C%22%22}',
    ip: '100%25',
    approov_note: 'kept',
  };
  const decoded = {
    aud: '[a]',
    anno: ['100%', 'a+b'],
    omitted: ['sub', 'ip'],
    plan: { name: '"gold"' },
    ip: '100%25',
    approov_note: 'kept',
  };
  const cached = { aud: '["a","b"]', anno: '["x"]', omitted: 'sub,ip', nbf: '1.5', iat: '-1e3' };
  const readCached = { aud: ['a', 'b'], anno: ['x'], omitted: ['sub', 'ip'], nbf: 1.5, iat: -1000 };
  const asItIs = { aud: '[not json', anno: 7, sub: '12' };
  const cases: [name: string, event: unknown, expected: object, options?: ReadContextOptions][] = [
    ['REST API: numbers from text', rest({ ...asText, principalId: 'device', integrationLatency: 7 }), given],
    ['HTTP API 2.0', http2(given), given],
    ['HTTP API 1.0', http1(given), given],
    ['WebSocket', webSocket({ ...asText, principalId: 'device' }), given],
    ['lists, objects and texts as in the token', rest({ ...asText, ...encoded }), { ...given, ...decoded }],
    ['lists as JSON, cached before an upgrade', rest({ ...asText, ...cached }), { ...given, ...readCached }],
    ['text that only looks like a list or a number', rest({ ...asText, ...asItIs }), { ...given, ...asItIs }],
    [
      'custom numbers that are named',
      rest({ ...asText, level: '3', plan: '3' }),
      { ...given, level: 3, plan: '3' },
      { numericClaims: ['level', 'absent'] },
    ],
    [
      'a refusal that report-only let through',
      rest({ ...reported, did: 'x', principalId: 'approov' }),
      reported,
    ],
    [
      'a claim called lambda, of an authorizer that hands it on',
      rest({ ...asText, lambda: 'x' }),
      { ...given, lambda: 'x' },
    ],
    [
      'options that are undefined',
      rest({ ...asText, level: '3' }),
      { ...given, level: '3' },
      { clockToleranceSeconds: undefined, numericClaims: undefined },
    ],
    [
      'an expired token within the tolerance',
      rest({ ...asText, exp: String(now - 5) }),
      { ...given, exp: now - 5 },
      { clockToleranceSeconds: 6 },
    ],
  ];
  for (const [name, event, expected, options] of cases) {
    test(name, () => assert.deepEqual(readApproovContext(event, { now, ...options }), expected));
  }

  const faults: [name: string, event: unknown, code: ApproovContextError['code']][] = [
    ['no event', undefined, 'absent'],
    ['no request context', {}, 'absent'],
    ['no authorizer', { requestContext: {} }, 'absent'],
    ['authorizer null', rest(null), 'absent'],
    ['HTTP API 2.0 with lambda null', http2(null), 'absent'],
    [
      'HTTP API 2.0 with a JWT authorizer',
      { requestContext: { authorizer: { jwt: { claims: { exp: '9' } } } } },
      'absent',
    ],
    [
      'REST with what API Gateway adds by itself',
      rest({ principalId: 'user', integrationLatency: 422 }),
      'absent',
    ],
    ['no exp', rest({ ...asText, exp: undefined }), 'absent'],
    ['a mode of another authorizer', http2({ ...given, mode: 'dark' }), 'absent'],
    ['mode that is not text', http2({ ...given, mode: 1 }), 'absent'],
    ['an authorizer that is a list', rest([given]), 'absent'],
    ['exp in milliseconds', http2({ ...given, exp: now * 1000 }), 'absent'],
    ['would-deny outside report-only', rest({ mode: 'enforce', verdict: 'would-deny' }), 'absent'],
    ['exp now', rest({ ...asText, exp: String(now) }), 'expired'],
    ['exp past', http2({ ...given, exp: now - 1 }), 'expired'],
  ];
  for (const [name, event, code] of faults) {
    test(`throws: ${name}`, () => {
      assert.throws(() => readApproovContext(event, { now }), { name: 'ApproovContextError', code });
    });
  }

  const notFinite = [
    ...['1e999', '-1e999', 'NaN', 'Infinity', '', ' ', 'soon', '0x1', null, true, {}],
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ];
  for (const name of ['exp', 'nbf', 'iat', 'level']) {
    for (const value of notFinite) {
      const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
      test(`throws: ${name} that is ${shown}`, () => {
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
  type Misuse = [name: string, options: unknown, message: string];
  const notSeconds = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    null,
    '1',
    new Date(0),
    1n,
  ];
  const misuses: Misuse[] = [
    ...['now', 'clockToleranceSeconds'].flatMap((option) =>
      notSeconds.map(
        (value): Misuse => [
          `${option}: ${typeof value} ${value}`,
          { [option]: value },
          `${option} must be a finite number of seconds`,
        ],
      ),
    ),
    [
      'the time of a connection that the event does not have',
      { now: connectedAt / 1000 },
      'now must be a finite number of seconds',
    ],
    ...[null, 'level', [1], {}].map(
      (value): Misuse => [
        `numericClaims: ${JSON.stringify(value)}`,
        { numericClaims: value },
        'numericClaims must be a list of claim names',
      ],
    ),
    ...[null, 5, 'x'].map((options): Misuse => [`options: ${options}`, options, 'options must be an object']),
  ];
  for (const [name, options, message] of misuses) {
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
    const inherited: [event: unknown, properties: object][] = [
      [{}, http2(given)],
      [{ requestContext: {} }, { authorizer: given }],
      [rest({}), { lambda: given }],
      [rest(withoutBoth), { exp, mode }],
      [rest({}), { mode: 'report-only', verdict: 'would-deny', reason: 'x' }],
      [rest({ ...withoutBoth, mode }), { exp }],
    ];
    for (const [event, properties] of inherited) {
      polluted(properties, () => {
        assert.throws(() => readApproovContext(event, { now: 1 }), { code: 'absent' });
      });
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
  const greeting = { message: 'Hello, World!' };
  const device = { ...greeting, did: 'device', exp };
  const notSigned = { message: 'The body is not the one that was signed.' };
  const reported = { mode: 'report-only', verdict: 'would-deny', reason: 'token_missing' };
  const fresh = { ...asText, exp: String(exp) };
  const digested = http2({ ...given, exp, contentDigest: digest });
  const cases: [name: string, event: unknown, statusCode: number, body: object][] = [
    ['greets on REST APIs', rest(fresh), 200, device],
    ['greets on HTTP APIs', http2({ ...given, exp }), 200, device],
    ['greets what report-only let through', rest(reported), 200, { ...greeting, verdict: 'would-deny' }],
    [
      'greets when the body is the signed one',
      { ...digested, body: 'the body' },
      200,
      { ...device, contentDigest: 'verified' },
    ],
    ['refuses a body that is not the signed one', { ...digested, body: 'another body' }, 400, notSigned],
    [
      'refuses when the signed digest was too long for the context',
      { ...rest({ ...fresh, omitted: 'sub,contentDigest' }), body: 'the body' },
      400,
      notSigned,
    ],
    [
      'greets when another claim was too long for the context',
      rest({ ...fresh, omitted: 'sub' }),
      200,
      device,
    ],
    ['refuses without the authorizer', rest(undefined), 401, {}],
    ['refuses after the token has expired', rest({ ...asText, exp: '1000' }), 401, {}],
  ];
  for (const [name, event, statusCode, body] of cases) {
    test(name, async () => {
      const result = await hello(event);
      assert.equal(result.statusCode, statusCode);
      assert.deepEqual(JSON.parse(result.body), body);
      assert.equal(result.headers['content-type'], 'application/json');
    });
  }

  test('does not hide its own fault as a refusal', async () => {
    const event = Object.defineProperty({}, 'requestContext', {
      get() {
        throw new RangeError('a fault');
      },
    });
    await assert.rejects(hello(event), /a fault/);
  });
});
