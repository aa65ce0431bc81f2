import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import { duplexPair, PassThrough } from 'node:stream';
import { suite, test } from 'node:test';
import {
  mintUserToken,
  newUserPool,
  poolJwk,
} from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import { type AuthorizerOptions, createVerifier, guardHandler, Refusal } from '../../../src/index.ts';
import { proxyEventOf, proxyKinds } from '../../cases/proxyEventOf.ts';
import { exp, forged, tokenOf, toolsOf } from '../support/composed.ts';

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
  const event = (token?: string) =>
    proxyEventOf(kind, { headers: token === undefined ? [] : [['Approov-Token', token]] });

  suite(`guardHandler: ${kind}`, () => {
    test('calls the handler with request, context and claims, and gives its answer', async () => {
      const { calls, guarded } = guard();
      const [request, context] = [event(tokenOf()), { awsRequestId: 'r' }];
      assert.equal(await guarded(request, context), answer);
      const claims = await createVerifier(options, toolsOf().tools).verify(request);
      assert.deepEqual(calls, [[request, context, claims]]);
    });

    for (const [name, token] of Object.entries({ 'no token': undefined, 'a forged token': forged })) {
      test(`answers ${name} with a 401 without a body`, async () => {
        const { calls, guarded } = guard();
        assert.deepEqual([await shown(await guarded(event(token))), calls], [[401, ''], []]);
      });
    }

    test('answers with a 500 without a body when there is no secret', async () => {
      const { calls, guarded } = guard({}, true);
      assert.deepEqual([await shown(await guarded(event(tokenOf()))), calls], [[500, ''], []]);
    });

    test('calls the handler with a would-deny in report-only', async () => {
      const { calls, guarded } = guard({ mode: 'report-only' });
      await guarded(event());
      const wouldDeny = { mode: 'report-only', verdict: 'would-deny', reason: 'token_missing' };
      assert.deepEqual(calls[0]?.[2], wouldDeny);
    });
  });
}

suite('guardHandler', () => {
  test('answers what is no request with a 500', async () => {
    const { calls, guarded } = guard();
    assert.deepEqual([await guarded({ Records: [] }), calls], [{ statusCode: 500, body: '' }, []]);
  });

  test("does not touch the handler's own errors", async () => {
    const event = proxyEventOf('rest', { headers: [['Approov-Token', tokenOf()]] });
    const own = new Refusal('token_missing');
    const guarded = guardHandler(() => Promise.reject(own), options, toolsOf().tools);
    await assert.rejects(guarded(event, {}), own);
  });

  test('has a client of its own when it is given none', async () => {
    const guarded = guardHandler(() => answer, { ...options, logLevel: 'silent' });
    const event = proxyEventOf('http2', { headers: [['Approov-Token', tokenOf()]] });
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
    const wrap = () =>
      guardHandler(
        streamify(() => answer),
        options,
        toolsOf().tools,
      );
    assert.throws(wrap, refused);
  });

  test('refuses to become one', () => {
    const guarded = guardHandler(() => answer, options, toolsOf().tools);
    assert.throws(() => streamify(guarded), refused);
    assert.equal(Reflect.get(guarded, streaming), undefined);
  });

  test('refuses a stream in the place of the context, before it verifies anything', async () => {
    const { calls, guarded } = guard();
    const event = proxyEventOf('functionUrl', { headers: [['Approov-Token', tokenOf()]] });
    await assert.rejects(guarded(event, new PassThrough()), refused);
    assert.deepEqual(calls, []);
  });
});

suite('guardHandler with users', () => {
  const pool = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01');
  const users: Partial<AuthorizerOptions> = {
    userAuth: 'jwt',
    userIssuer: pool.issuer,
    userAudience: [pool.clientId],
    userScopes: ['orders/read'],
  };
  const reader = { scope: 'orders/read' };
  const reportOnly = { mode: 'report-only' } as const;
  const cases: {
    name: string;
    token?: string;
    claims?: Record<string, unknown>;
    options?: Partial<AuthorizerOptions>;
    expected: unknown;
    given?: Record<string, unknown>;
  }[] = [
    { name: 'a user without a token', expected: { statusCode: 401, body: '' } },
    { name: 'a user without the scope', claims: { scope: 'other' }, expected: { statusCode: 403, body: '' } },
    {
      name: 'a user with the scope',
      claims: reader,
      expected: answer,
      given: { did: 'device', user_sub: 'alice', user_scope: 'orders/read' },
    },
    {
      name: 'a user with a forged Approov token, in report-only',
      token: forged,
      claims: reader,
      options: reportOnly,
      expected: answer,
      given: { verdict: 'would-deny', reason: 'signature_mismatch', user_sub: 'alice', did: undefined },
    },
    {
      name: 'a user without a token, in report-only',
      options: reportOnly,
      expected: { statusCode: 401, body: '' },
    },
  ];
  for (const { name, token = tokenOf(), claims, options: more = {}, expected, given = {} } of cases) {
    test(name, async (test) => {
      const issuer = createServer((_request, response) => {
        response.end(JSON.stringify({ keys: [poolJwk(pool)] }));
      });
      test.mock.method(Agent.prototype, 'createConnection' as never, () => {
        const [client, server] = duplexPair();
        issuer.emit('connection', server);
        return client;
      });
      const { calls, guarded } = guard({ ...users, ...more } as Partial<AuthorizerOptions>);
      const user = claims && mintUserToken(pool, { sub: 'alice', exp, claims });
      const headers: [string, string][] = [['Approov-Token', token]];
      if (user) headers.push(['Authorization', `Bearer ${user}`]);
      assert.deepEqual(await guarded(proxyEventOf('functionUrl', { headers })), expected);
      const context = (calls.flat()[2] ?? {}) as Record<string, unknown>;
      for (const [claim, value] of Object.entries(given)) assert.equal(context[claim], value, claim);
    });
  }
});
