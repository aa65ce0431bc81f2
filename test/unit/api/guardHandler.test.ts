import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import { duplexPair, PassThrough } from 'node:stream';
import { suite, test } from 'node:test';
import { mintUserToken, poolJwk } from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import { type AuthorizerOptions, createVerifier, guardHandler, Refusal } from '../../../src/index.ts';
import { sent } from '../../cases/eventOf.ts';
import { proxyEventOf, proxyKinds } from '../../cases/proxyEventOf.ts';
import { exp, forged, tokenOf, toolsOf } from '../support/composed.ts';
import { pool } from '../user/support/users.ts';

const options = { secretId: 's' };
const answer = { statusCode: 200, body: 'orders' };

/** A guarded handler, and what it was called with. */
function guard(more: Partial<AuthorizerOptions> = {}, isDown = false) {
  const calls: unknown[][] = [];
  const handler = (...given: unknown[]) => {
    calls.push(given);
    return answer;
  };
  const { tools } = toolsOf({ isDown });
  const guarded = guardHandler(handler, { ...options, ...more } as AuthorizerOptions, tools);
  return {
    calls,
    guarded: (event: object, context: unknown = {}): Promise<unknown> => guarded(event, context),
  };
}

/** Status and body, of an answer for Lambda or a web one. */
async function shown(response: unknown): Promise<unknown> {
  return response instanceof Response
    ? [response.status, await response.text()]
    : Object.values(response as object);
}

for (const kind of proxyKinds) {
  const event = (token?: string) => proxyEventOf(kind, { headers: token === undefined ? [] : sent(token) });

  suite(`guardHandler: ${kind}`, () => {
    test('calls the handler with request, context and claims, and gives its answer', async () => {
      const { calls, guarded } = guard();
      const [request, context] = [event(tokenOf()), { awsRequestId: 'r' }];
      assert.equal(await guarded(request, context), answer);
      const claims = await createVerifier(options, toolsOf().tools).verify(request);
      assert.deepEqual(calls, [[request, context, claims]]);
    });

    const others: [name: string, token: string | undefined, isDown: boolean, status: number][] = [
      ['no token with a 401', undefined, false, 401],
      ['a forged token with a 401', forged, false, 401],
      ['a request while there is no secret with a 500', tokenOf(), true, 500],
    ];
    for (const [name, token, isDown, status] of others) {
      test(`answers ${name} without a body`, async () => {
        const { calls, guarded } = guard({}, isDown);
        assert.deepEqual([await shown(await guarded(event(token))), calls], [[status, ''], []]);
      });
    }

    test('calls the handler with a would-deny in report-only', async () => {
      const { calls, guarded } = guard({ mode: 'report-only' });
      await guarded(event());
      const wouldDeny = { mode: 'report-only', verdict: 'would-deny', reason: 'token_missing' };
      assert.deepEqual(calls[0]?.[2], wouldDeny);
    });
  });
}

suite('guardHandler', () => {
  test('answers what is not a request with a 500', async () => {
    const { calls, guarded } = guard();
    assert.deepEqual([await guarded({ Records: [] }), calls], [{ statusCode: 500, body: '' }, []]);
  });

  test("does not touch the handler's own errors", async () => {
    const own = new Refusal('token_missing');
    const guarded = guardHandler(() => Promise.reject(own), options, toolsOf().tools);
    await assert.rejects(guarded(proxyEventOf('rest', { headers: sent(tokenOf()) }), {}), own);
  });

  test('makes its own client when it is given none', async () => {
    const guarded = guardHandler(() => answer, { ...options, logLevel: 'silent' });
    const event = proxyEventOf('http2', { headers: sent(tokenOf()) });
    assert.deepEqual(await guarded(event), { statusCode: 500, body: '' });
  });

  test('refuses wrong options', () => {
    assert.throws(() => guardHandler(() => answer, {} as AuthorizerOptions), /secretId is required/);
  });
});

suite('guardHandler and handlers that stream their response', () => {
  const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
  /** What `awslambda.streamifyResponse` does. */
  const streamify = <Handler extends object>(handler: Handler) =>
    Object.assign(handler, { [streaming]: 'response' });
  const refused =
    /^ConfigurationError: Invalid configuration: guardHandler cannot guard a handler that streams/;

  test('refuses to wrap one', () => {
    const streamed = streamify(() => answer);
    assert.throws(() => guardHandler(streamed, options, toolsOf().tools), refused);
  });

  test('refuses to become one', () => {
    const guarded = guardHandler(() => answer, options, toolsOf().tools);
    assert.throws(() => streamify(guarded), refused);
    assert.equal(Reflect.get(guarded, streaming), undefined);
  });

  test('refuses a stream where the context belongs, before it verifies anything', async () => {
    const { calls, guarded } = guard();
    const event = proxyEventOf('functionUrl', { headers: sent(tokenOf()) });
    await assert.rejects(guarded(event, new PassThrough()), refused);
    assert.deepEqual(calls, []);
  });
});

suite('guardHandler with users', () => {
  const users: Partial<AuthorizerOptions> = {
    userAuth: 'jwt',
    userIssuer: pool.issuer,
    userAudience: [pool.clientId],
    userScopes: ['orders/read'],
  };
  const reader = { scope: 'orders/read' };
  const refused = (statusCode: number) => ({ statusCode, body: '' });
  const served = { did: 'device', user_sub: 'alice', user_scope: 'orders/read' };
  const wouldDeny = {
    verdict: 'would-deny',
    reason: 'signature_mismatch',
    user_sub: 'alice',
    did: undefined,
  };
  const cases: [
    name: string,
    claims: Record<string, string> | undefined,
    expected: object,
    more?: { token?: string; mode?: 'report-only'; given?: object },
  ][] = [
    ['a user without a token', undefined, refused(401)],
    ['a user without the scope', { scope: 'other' }, refused(403)],
    ['a user with the scope', reader, answer, { given: served }],
    [
      'a user with a forged Approov token, in report-only',
      reader,
      answer,
      { token: forged, mode: 'report-only', given: wouldDeny },
    ],
    ['a user without a token, in report-only', undefined, refused(401), { mode: 'report-only' }],
  ];
  for (const [name, claims, expected, { token = tokenOf(), mode = 'enforce', given = {} } = {}] of cases) {
    test(name, async (test) => {
      const issuer = createServer((_request, response) => {
        response.end(JSON.stringify({ keys: [poolJwk(pool)] }));
      });
      test.mock.method(Agent.prototype, 'createConnection' as never, () => {
        const [client, server] = duplexPair();
        issuer.emit('connection', server);
        return client;
      });
      const { calls, guarded } = guard({ ...users, mode } as Partial<AuthorizerOptions>);
      const login = claims && {
        Authorization: `Bearer ${mintUserToken(pool, { sub: 'alice', exp, claims })}`,
      };
      assert.deepEqual(await guarded(proxyEventOf('functionUrl', { headers: sent(token, login) })), expected);
      const context = (calls.flat()[2] ?? {}) as Record<string, unknown>;
      for (const [claim, value] of Object.entries(given)) assert.equal(context[claim], value, claim);
    });
  }
});
