import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readApproovContext } from '../../../src/backend.ts';
import { Failure, type LambdaHandler, type WithApproovOptions, withApproov } from '../../../src/index.ts';
import { arnOf, eventOf, type Headers, sent } from '../../cases/eventOf.ts';
import { exp, forged, outcome, tokenOf, toolsOf } from '../support/composed.ts';

type Handler = LambdaHandler<unknown, unknown, unknown>;
type Options = Partial<WithApproovOptions>;

const statement = {
  Action: 'execute-api:Invoke',
  Effect: 'Allow',
  Resource: arnOf('/GET/orders'),
  Sid: 'kept',
};
const policy = (Statement: unknown = [statement]) => ({ Version: '2012-10-17', Id: 'kept', Statement });
const allow = { principalId: 'alice', policyDocument: policy() };
const deny = { ...allow, policyDocument: policy([{ ...statement, Effect: 'Deny' }]), context: { why: 'w' } };
const end = `${new Date(exp * 1000).toISOString().slice(0, -5)}Z`;
const untilExp = {
  Action: 'execute-api:Invoke',
  Effect: 'Deny',
  Resource: '*',
  Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': end } },
};
const approov = {
  approov_exp: exp,
  approov_did: 'device',
  approov_anno: '[%22a%22,%22b%22]',
  approov_binding: 'off',
  approov_messageSignature: 'off',
  approov_mode: 'enforce',
};
/** An Allow with what Approov adds to it. */
const ending = { ...allow, policyDocument: policy([statement, untilExp]), context: approov };

const token = tokenOf();
const rest = eventOf.rest(sent(token, { Authorization: 'Bearer alice' }));
const http = eventOf.http(sent(token));
const tokenless = eventOf.rest([]);

/** What Lambda gives besides the event, frozen. Its ways to answer would bypass the wrapper. */
const contextOfLambda = Object.freeze({
  awsRequestId: 'r',
  getRemainingTimeInMillis: () => 5,
  done: () => assert.fail(),
  succeed: () => assert.fail(),
  fail: () => assert.fail(),
});

/** A wrapped authorizer, what it was called with, and what was logged. */
function wrap(handler: Handler, options: Options = {}, isDown = false) {
  const kept = toolsOf({ isDown });
  const calls: unknown[] = [];
  const counted: Handler = (event, context, callback) => {
    calls.push(event);
    return handler(event, context, callback);
  };
  const wrapped = withApproov(counted, { secretId: 's', ...options } as WithApproovOptions, kept.tools);
  return {
    calls,
    answer: (event: unknown) => outcome(wrapped(event, contextOfLambda)),
    decisions: () => kept.decisions.map(({ decision, reason }) => reason ?? decision),
  };
}
const answering = (answer: unknown) => async () => answer;
const throwing = (error: unknown) => async () => {
  throw error;
};

suite('withApproov: an answer of the wrapped authorizer', () => {
  const keyed = { ...allow, usageIdentifierKey: 'key', context: { tenant: 't', exp: 1 } };
  const yes = { isAuthorized: true };
  const no = { isAuthorized: false, context: { why: 'w' } };
  const withoutStatements = { ...allow, policyDocument: policy([]) };
  const kept: [name: string, answer: object, expected: object, event?: object][] = [
    ['an Allow gets an end and a context', allow, ending],
    [
      'an Allow keeps its usageIdentifierKey and its context',
      keyed,
      {
        ...ending,
        ...keyed,
        policyDocument: ending.policyDocument,
        context: { ...approov, ...keyed.context },
      },
    ],
    ['a single statement is not in a list', { ...allow, policyDocument: policy(statement) }, ending],
    ['a Deny stays what it is', deny, deny],
    ['a policy without statements stays what it is', withoutStatements, withoutStatements],
    ['a null context counts as none', { ...allow, context: null }, ending],
    [
      'a simple response that allows gets a context',
      { ...yes, context: { list: ['a'] } },
      { ...yes, context: { ...approov, list: ['a'] } },
      http,
    ],
    ['a simple response that refuses stays what it is', no, no, http],
    [
      'with both kinds of answer, the policy gets its end too',
      { ...allow, ...yes },
      { ...ending, ...yes },
      http,
    ],
    ['an object that writes itself counts as written', { toJSON: () => allow }, ending],
  ];
  for (const [name, answer, expected, event = rest] of kept) {
    test(name, async () => assert.deepEqual(await wrap(answering(answer)).answer(event), expected));
  }

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const withPolicy = (policyDocument: unknown) => ({ ...allow, policyDocument });
  const malformed: [name: string, answer: unknown, event?: object][] = [
    ['nothing', undefined],
    ['null', null],
    ['text', 'Allow'],
    ['a list', [allow]],
    ['a cycle', cyclic],
    ['an empty object', {}],
    ['an empty object to an HTTP API', {}, http],
    ['isAuthorized to a REST API', yes],
    ['isAuthorized that is text', { isAuthorized: 'false' }, http],
    ['no principal', { policyDocument: policy() }],
    ['a policy that is text', withPolicy(JSON.stringify(policy()))],
    ['a policy that is null', withPolicy(null)],
    ['no statements', withPolicy({ Version: '2012-10-17' })],
    ['a statement that is text', withPolicy(policy(['Allow']))],
    ['an unknown effect', withPolicy(policy([{ ...statement, Effect: 'allow' }]))],
    ['a statement without effect', withPolicy(policy([statement, { Action: '*' }]))],
    ['a context that is a list', { ...allow, context: ['a'] }],
    ['a context that is text', { ...allow, context: 'a' }],
    ["a key like Approov's", { ...allow, context: { approov_did: 'mine' } }],
    ["a key like Approov's in a simple response", { ...yes, context: { approov_: 1 } }, http],
  ];
  for (const [name, answer, event = rest] of malformed) {
    test(`is a failure: ${name}`, async () => {
      const { answer: ask, decisions } = wrap(answering(answer));
      const failed = String(await ask(event));
      assert.match(failed, /^Failure: wrapped_authorizer_failed: the (?:answer|context) of/);
      assert.deepEqual(decisions(), ['wrapped_authorizer_failed']);
    });
  }
});

suite('withApproov: how a handler answers', () => {
  /** A handler as JavaScript writes it, which the types of Lambda's handlers do not know. */
  type Reply = (...given: unknown[]) => void;
  type Untyped = (event: unknown, context: Record<string, Reply>, callback: Reply) => unknown;
  const handlers: Record<string, Untyped> = {
    'with a promise': async () => allow,
    'with the callback': (_event, _context, callback) => callback(null, allow),
    'later, with the callback': (_event, _context, callback) => {
      setImmediate(callback, undefined, allow);
    },
    'with the callback, and returns a value': (_event, _context, callback) => {
      setImmediate(callback, null, allow);
      return true;
    },
    'with the callback before its promise': async (_event, _context, callback) => callback(null, allow),
    'with context.succeed': (_event, context) => context.succeed?.(allow),
    'with context.done': (_event, context) => context.done?.(null, allow),
    'at once': () => allow,
  };
  for (const [name, handler] of Object.entries(handlers)) {
    test(`${name}: its answer`, async () => {
      // Not with `wrap`: a handler that takes no callback must answer at once.
      const wrapped = withApproov(handler as Handler, { secretId: 's' }, toolsOf().tools);
      assert.deepEqual(await wrapped(rest, contextOfLambda), ending);
    });
  }

  const unauthorized: Record<string, Untyped> = {
    'rejects with it': throwing(new Error('Unauthorized')),
    'throws it': () => {
      throw new Error('Unauthorized');
    },
    'gives it to the callback': (_event, _context, callback) => callback(new Error('Unauthorized')),
    'gives its text to the callback': (_event, _context, callback) => callback('Unauthorized'),
    'gives it to context.fail': (_event, context) => context.fail?.('Unauthorized'),
  };
  for (const [name, handler] of Object.entries(unauthorized)) {
    for (const denial of ['unauthorized', 'policy'] as const) {
      test(`Unauthorized stays a 401, denial ${denial}: ${name}`, async () => {
        const { answer, decisions } = wrap(handler as Handler, { denial });
        assert.equal(await answer(rest), 'Error: Unauthorized');
        assert.deepEqual(decisions(), ['allow']);
      });
    }
  }

  for (const error of [new Error('unauthorized'), new Error('sesame'), 'Forbidden', undefined, null, {}]) {
    test(`another error is a failure that does not quote it: ${String(error)}`, async () => {
      const wrapped = withApproov(throwing(error), { secretId: 's' }, toolsOf().tools);
      await assert.rejects(wrapped(rest, {}), (failure: Failure) => {
        assert.ok(failure instanceof Failure);
        assert.equal(failure.message, 'wrapped_authorizer_failed: the wrapped authorizer threw an error');
        assert.equal(failure.cause, error);
        return true;
      });
    });
  }

  test('gets the context of the call', async () => {
    const given: unknown[] = [];
    const handler = async (_event: unknown, context: unknown) => {
      given.push(context);
      return allow;
    };
    const wrapped = withApproov(handler, { secretId: 's' }, toolsOf().tools);
    // Of Node.js 24, of a test, and of Node.js 22.
    const { done: _done, succeed: _succeed, fail: _fail, ...newer } = contextOfLambda;
    for (const context of [newer, undefined, contextOfLambda]) await wrapped(rest, context);
    assert.equal(given[0], newer);
    assert.equal(given[1], undefined);
    const { awsRequestId, getRemainingTimeInMillis } = given[2] as typeof contextOfLambda;
    assert.deepEqual([awsRequestId, getRemainingTimeInMillis()], ['r', 5]);
  });
});

suite('withApproov: a request that Approov refuses', () => {
  const denied = {
    principalId: 'approov',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Deny', Resource: arnOf('/*') }],
    },
    context: { reason: 'signature_mismatch' },
  };
  const expired = eventOf.http(sent(tokenOf({ exp: exp - 400 })));
  const simple: Options = { denial: 'policy', httpApiResponse: 'simple' };
  const refused: [name: string, event: object, expected: unknown, options?: Options][] = [
    ['no token', tokenless, 'Error: Unauthorized'],
    ['a forged token, with a Deny', eventOf.rest(sent(forged)), denied, { denial: 'policy' }],
    [
      'an expired token, with a simple response',
      expired,
      { isAuthorized: false, context: { reason: 'token_expired' } },
      simple,
    ],
  ];
  for (const [name, event, expected, options] of refused) {
    test(`is answered without the wrapped authorizer: ${name}`, async () => {
      const { calls, answer } = wrap(answering(allow), options);
      assert.deepEqual([await answer(event), calls], [expected, []]);
    });
  }

  const failures: [name: string, event: object, isDown: boolean, code: string][] = [
    ['there is no secret', rest, true, 'secret_unavailable'],
    ['the event is another one', { type: 'TOKEN' }, false, 'event_invalid'],
  ];
  for (const [name, event, isDown, code] of failures) {
    test(`is a failure without the wrapped authorizer when ${name}`, async () => {
      const { calls, answer } = wrap(answering(allow), {}, isDown);
      assert.ok(String(await answer(event)).startsWith(`Failure: ${code}`));
      assert.deepEqual(calls, []);
    });
  }

  const reportOnly = { mode: 'report-only' } as const;
  test('passes in report-only, and the wrapped authorizer decides, without an end', async () => {
    const { answer, decisions } = wrap(answering(allow), reportOnly);
    const context = {
      approov_mode: 'report-only',
      approov_verdict: 'would-deny',
      approov_reason: 'token_missing',
    };
    assert.deepEqual(await answer(tokenless), { ...allow, context });
    assert.deepEqual(decisions(), ['token_missing']);
  });

  test('is refused in report-only when the wrapped authorizer refuses', async () => {
    const { answer } = wrap(throwing(new Error('Unauthorized')), reportOnly);
    assert.equal(await answer(tokenless), 'Error: Unauthorized');
    const failing = wrap(throwing(new Error('other')), reportOnly);
    assert.match(String(await failing.answer(tokenless)), /^Failure: wrapped_authorizer_failed/);
  });
});

suite('withApproov: an event that the handler changes', () => {
  const yes = { isAuthorized: true };
  const emptied = { type: undefined, methodArn: undefined, requestContext: undefined, headers: {} };
  const cases: [name: string, event: object, change: object, answer: object, expected: object | RegExp][] = [
    [
      'a simple answer stays one when payload 2.0 is renamed',
      http,
      { version: '1.0' },
      yes,
      { ...yes, context: approov },
    ],
    [
      'REST still takes no simple answer when it is renamed to payload 2.0',
      rest,
      { version: '2.0' },
      yes,
      /^Failure: wrapped_authorizer_failed/,
    ],
    ['an Allow is kept when the event is emptied', rest, emptied, allow, ending],
  ];
  for (const [name, event, change, answer, expected] of cases) {
    test(name, async () => {
      const wrapped = wrap(async (given) => {
        Object.assign(given as object, change);
        return answer;
      });
      const result = await wrapped.answer(structuredClone(event));
      if (expected instanceof RegExp) assert.match(String(result), expected);
      else assert.deepEqual(result, expected);
    });
  }
});

suite('withApproov: the handler of a TOKEN authorizer', () => {
  const options = { authorizationTokenHeader: 'authorization' };
  const bearer = sent(token, { Authorization: ' Bearer alice' });
  const digest = eventOf.rest(sent(token, { Authorization: 'Digest a="1", b="2"' }));
  const payload1 = (identitySource: string, event: object = digest) => ({
    ...event,
    version: '1.0',
    identitySource,
  });
  const called = (authorizationToken: string, stage?: string) => ({
    type: 'TOKEN',
    methodArn: arnOf('/GET/hello', stage),
    authorizationToken,
  });
  const http2 = (identitySource: string[]) => ({ ...eventOf.http(bearer), identitySource });
  const cases: [name: string, event: object, called: object][] = [
    ['REST', eventOf.rest(bearer), called(' Bearer alice')],
    [
      'HTTP API, with the header as identity source',
      http2([token, 'Bearer alice']),
      called(' Bearer alice', '$default'),
    ],
    ...[`${token},Digest a="1", b="2"`, 'x,Digest a="1",b="2",y'].map((source): (typeof cases)[0] => [
      `HTTP API 1.0, with a comma in the header: ${source.slice(-24)}`,
      payload1(source),
      called('Digest a="1", b="2"'),
    ]),
  ];
  for (const [name, event, expected] of cases) {
    test(`gets its event: ${name}`, async () => {
      const { calls, answer } = wrap(answering(allow), options);
      assert.equal(((await answer(event)) as typeof allow).principalId, 'alice');
      assert.deepEqual(calls, [expected]);
    });
  }

  const without: Record<string, Headers> = {
    'without the header': sent(token),
    'with an empty header': sent(token, { Authorization: '' }),
    'with two headers': [...bearer, ['Authorization', 'Bearer bob']],
  };
  for (const [name, headers] of Object.entries(without)) {
    test(`is not called for a request ${name}: a 401`, async () => {
      const { calls, answer } = wrap(answering(allow), options);
      assert.deepEqual([await answer(eventOf.rest(headers)), calls], ['Error: Unauthorized', []]);
    });
  }

  test("is not called when the event's identity sources leave out its header: a failure", async () => {
    const { calls, answer } = wrap(answering(allow), options);
    const others = [token, `${token}, Bearer alice2`, 'xBearer alice'];
    const events = others.map((source) => payload1(source, eventOf.rest(bearer)));
    for (const event of [http2([token, 'x,Bearer alice']), ...events]) {
      assert.match(String(await answer(event)), /^Failure: identity_source_missing/);
    }
    assert.deepEqual(calls, []);
  });
});

suite('withApproov: its context', () => {
  test("is what readApproovContext reads, whatever the wrapped authorizer's keys are", async () => {
    const own = { mode: 'mine', exp: 5, did: 'other', verdict: 'would-deny' };
    const answer = await wrap(answering({ ...allow, context: own })).answer(rest);
    const authorizer = { principalId: 'p', ...(answer as { context: object }).context };
    assert.partialDeepStrictEqual(readApproovContext({ requestContext: { authorizer } }), {
      did: 'device',
      mode: 'enforce',
      exp,
      anno: ['a', 'b'],
    });
  });

  test('is at most 4 KB with its prefixes', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
    const claims = Object.fromEntries(names.map((name) => [name, 'x'.repeat(90)]));
    const { answer } = wrap(answering(allow), { contextClaims: ['exp', ...names] });
    const result = await answer(eventOf.rest(sent(tokenOf(claims))));
    const { context } = result as { context: Record<string, unknown> };
    assert.ok(JSON.stringify(context).length <= 4096);
    assert.equal(context.approov_exp, exp);
    assert.match(String(context.approov_omitted), /^c\d/);
  });
});

test('withApproov: the first event of an HTTP API is warned of when refusals are thrown', async () => {
  const lines: string[] = [];
  const tools = { ...toolsOf().tools, write: (line: string) => lines.push(line) };
  const wrapped = withApproov(answering(allow), { secretId: 's' }, tools);
  for (const event of [rest, http, http]) await wrapped(event, {});
  assert.equal(lines.filter((line) => line.includes('AWS documents no 401')).length, 1);
});

suite('withApproov: its options', () => {
  const header = (authorizationTokenHeader: string | null) => ({ secretId: 's', authorizationTokenHeader });
  const userIssuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01';
  const users = { secretId: 's', userAuth: 'jwt', userIssuer, userAudience: ['a'] };
  const noHeader = /authorizationTokenHeader must be a header name$/;
  const faults: [name: string, options: unknown, message: RegExp][] = [
    ['no options', undefined, /options must be an object$/],
    ['no secret', {}, /secretId is required/],
    ['a header that is not one', header('a b'), noHeader],
    ['null as a header', header(null), noHeader],
    ["the Approov token's header", header('approov-token'), /must not name the header of the Approov token$/],
    ["Approov's check of users", users, /userAuth must be off, for the wrapped authorizer checks the user$/],
  ];
  for (const [name, options, message] of faults) {
    test(`refuses ${name}`, () => {
      assert.throws(() => withApproov(answering(allow), options as never, toolsOf().tools), message);
    });
  }

  test('makes its own client, which fails without a region, not before', async () => {
    const wrapped = withApproov(answering(allow), { secretId: 's', logLevel: 'silent' });
    assert.match(String(await outcome(wrapped(rest, {}))), /^Failure: secret_unavailable/);
  });
});
