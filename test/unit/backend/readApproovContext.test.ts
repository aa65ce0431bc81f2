import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, it } from 'node:test';
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

describe('readApproovContext', () => {
  const cases: { name: string; event: unknown; options?: ReadContextOptions; expected: object }[] = [
    {
      name: 'REST: text back to numbers',
      event: rest({ ...asText, principalId: 'device', integrationLatency: 7 }),
      expected: given,
    },
    { name: 'HTTP API 2.0', event: http2(given), expected: given },
    { name: 'HTTP API 1.0', event: http1(given), expected: given },
    { name: 'WebSocket', event: webSocket({ ...asText, principalId: 'device' }), expected: given },
    {
      name: 'lists back from JSON',
      event: rest({ ...asText, aud: '["a","b"]', anno: '["x"]', omitted: 'sub,ip', nbf: '1.5', iat: '-1e3' }),
      expected: { ...given, aud: ['a', 'b'], anno: ['x'], omitted: ['sub', 'ip'], nbf: 1.5, iat: -1000 },
    },
    {
      name: 'a single audience stays text, whatever it looks like',
      event: rest({ ...asText, aud: '[not json', anno: 7, sub: '12' }),
      expected: { ...given, aud: '[not json', anno: 7, sub: '12' },
    },
    {
      name: 'custom numbers when named',
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
      name: 'an expired token within the tolerance',
      event: rest({ ...asText, exp: String(now - 5) }),
      options: { clockToleranceSeconds: 6 },
      expected: { ...given, exp: now - 5 },
    },
  ];
  for (const { name, event, options, expected } of cases) {
    it(name, () => assert.deepEqual(readApproovContext(event, { now, ...options }), expected));
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
    { name: 'exp that is no number', event: rest({ ...asText, exp: 'soon' }), code: 'absent' },
    { name: 'exp empty', event: rest({ ...asText, exp: '' }), code: 'absent' },
    {
      name: 'would-deny outside report-only',
      event: rest({ mode: 'enforce', verdict: 'would-deny' }),
      code: 'absent',
    },
    { name: 'exp now', event: rest({ ...asText, exp: String(now) }), code: 'expired' },
    { name: 'exp past', event: http2({ ...given, exp: now - 1 }), code: 'expired' },
  ];
  for (const { name, event, code } of faults) {
    it(`throws: ${name}`, () => {
      assert.throws(() => readApproovContext(event, { now }), { name: 'ApproovContextError', code });
    });
  }

  it('takes the time from the clock when it is given none', () => {
    assert.throws(() => readApproovContext(http2({ ...given, exp: Date.now() / 1000 - 1 })), {
      code: 'expired',
    });
    assert.ok(readApproovContext(http2({ ...given, exp: Date.now() / 1000 + 60 })));
  });
});

describe('Hello', () => {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const digest = `sha-256=:${hash('sha256', 'the body', 'base64')}:`;
  const cases: { name: string; event: unknown; statusCode: number; body: object }[] = [
    {
      name: 'greets the device',
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
      name: 'greets whom report-only let through',
      event: rest({ mode: 'report-only', verdict: 'would-deny', reason: 'token_missing' }),
      statusCode: 200,
      body: { message: 'Hello, World!', verdict: 'would-deny' },
    },
    {
      name: 'greets whose body is the signed one',
      event: { ...http2({ ...given, exp, contentDigest: digest }), body: 'the body' },
      statusCode: 200,
      body: { message: 'Hello, World!', did: 'device', exp, contentDigest: 'verified' },
    },
    {
      name: 'refuses another body than the signed one',
      event: { ...http2({ ...given, exp, contentDigest: digest }), body: 'another body' },
      statusCode: 400,
      body: { message: 'The body is not the one that was signed.' },
    },
    { name: 'refuses without the authorizer', event: rest(undefined), statusCode: 401, body: {} },
    {
      name: 'refuses after the token ended',
      event: rest({ ...asText, exp: '1000' }),
      statusCode: 401,
      body: {},
    },
  ];
  for (const { name, event, statusCode, body } of cases) {
    it(name, async () => {
      const result = await hello(event);
      assert.equal(result.statusCode, statusCode);
      assert.deepEqual(JSON.parse(result.body), body);
      assert.equal(result.headers['content-type'], 'application/json');
    });
  }

  it('hides no fault of its own behind a refusal', async () => {
    const event = Object.defineProperty({}, 'requestContext', {
      get() {
        throw new RangeError('a fault');
      },
    });
    await assert.rejects(hello(event), /a fault/);
  });
});
