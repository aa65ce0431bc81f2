import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readApproovContext } from '../../../src/backend.ts';
import { Failure, type LambdaHandler, type WithApproovOptions, withApproov } from '../../../src/index.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { exp, forged, outcome, tokenOf, toolsOf } from '../support/composed.ts';

type Handler = LambdaHandler<unknown, unknown, unknown>;

const arn = 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/GET/orders';
const statement = { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: arn, Sid: 'kept' };
const policy = (Statement: unknown = [statement]) => ({ Version: '2012-10-17', Id: 'kept', Statement });
const allow = { principalId: 'alice', policyDocument: policy() };
const untilExp = {
  Action: 'execute-api:Invoke',
  Effect: 'Deny',
  Resource: '*',
  Condition: {
    DateGreaterThanEquals: { 'aws:CurrentTime': `${new Date(exp * 1000).toISOString().slice(0, -5)}Z` },
  },
};
const approov = {
  approov_exp: exp,
  approov_did: 'device',
  approov_anno: '[%22a%22,%22b%22]',
  approov_binding: 'off',
  approov_messageSignature: 'off',
  approov_mode: 'enforce',
};

const signed = eventOf.rest([
  ['Approov-Token', tokenOf()],
  ['Authorization', 'Bearer alice'],
]);
const signedHttp = eventOf.http([['Approov-Token', tokenOf()]]);

/** What Lambda gives beside the event, frozen. Its ways to answer would go past the wrapper. */
const contextOfLambda = Object.freeze({
  awsRequestId: 'r',
  getRemainingTimeInMillis: () => 5,
  done: () => assert.fail(),
  succeed: () => assert.fail(),
  fail: () => assert.fail(),
});

/** A wrapped authorizer, what it was called with, and what was logged. */
function wrap(handler: Handler, options: Partial<WithApproovOptions> = {}, isDown = false) {
  const kept = toolsOf({ isDown });
  const calls: unknown[] = [];
  const counted: Handler = (event, context, callback) => {
    calls.push(event);
    return handler(event, context, callback);
  };
  const wrapped = withApproov(counted, { secretId: 's', ...options } as WithApproovOptions, kept.tools);
  return { kept, calls, answer: (event: unknown) => outcome(wrapped(event, contextOfLambda)) };
}
const answering = (answer: unknown) => async () => answer;
const throwing = (error: unknown) => async () => {
  throw error;
};

suite('withApproov: an answer of the wrapped authorizer', () => {
  const kept: { name: string; event?: object; answer: object; expected: object }[] = [
    {
      name: 'an Allow gets an end and a context',
      answer: allow,
      expected: { ...allow, policyDocument: policy([statement, untilExp]), context: approov },
    },
    {
      name: 'an Allow keeps its usageIdentifierKey and its context',
      answer: { ...allow, usageIdentifierKey: 'key', context: { tenant: 't', exp: 1 } },
      expected: {
        ...allow,
        usageIdentifierKey: 'key',
        policyDocument: policy([statement, untilExp]),
        context: { ...approov, tenant: 't', exp: 1 },
      },
    },
    {
      name: 'a single statement is not in a list',
      answer: { ...allow, policyDocument: policy(statement) },
      expected: { ...allow, policyDocument: policy([statement, untilExp]), context: approov },
    },
    {
      name: 'a Deny stays what it is',
      answer: { ...allow, policyDocument: policy([{ ...statement, Effect: 'Deny' }]), context: { why: 'w' } },
      expected: {
        ...allow,
        policyDocument: policy([{ ...statement, Effect: 'Deny' }]),
        context: { why: 'w' },
      },
    },
    {
      name: 'a policy without statements stays what it is',
      answer: { ...allow, policyDocument: policy([]) },
      expected: { ...allow, policyDocument: policy([]) },
    },
    {
      name: 'a null context counts as none',
      answer: { ...allow, context: null },
      expected: { ...allow, policyDocument: policy([statement, untilExp]), context: approov },
    },
    {
      name: 'a simple response that allows gets a context',
      event: signedHttp,
      answer: { isAuthorized: true, context: { list: ['a'] } },
      expected: { isAuthorized: true, context: { ...approov, list: ['a'] } },
    },
    {
      name: 'a simple response that refuses stays what it is',
      event: signedHttp,
      answer: { isAuthorized: false, context: { why: 'w' } },
      expected: { isAuthorized: false, context: { why: 'w' } },
    },
    {
      name: 'with both kinds of answer, the policy gets its end too',
      event: signedHttp,
      answer: { ...allow, isAuthorized: true },
      expected: {
        ...allow,
        isAuthorized: true,
        policyDocument: policy([statement, untilExp]),
        context: approov,
      },
    },
    {
      name: 'an object that writes itself counts as written',
      answer: {
        toJSON: () => allow,
      },
      expected: { ...allow, policyDocument: policy([statement, untilExp]), context: approov },
    },
  ];
  for (const { name, event = signed, answer, expected } of kept) {
    test(name, async () => {
      assert.deepEqual(await wrap(answering(answer)).answer(event), expected);
    });
  }

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const malformed: { name: string; event?: object; answer: unknown }[] = [
    { name: 'nothing', answer: undefined },
    { name: 'null', answer: null },
    { name: 'text', answer: 'Allow' },
    { name: 'a list', answer: [allow] },
    { name: 'a cycle', answer: cyclic },
    { name: 'an empty object', answer: {} },
    { name: 'an empty object to an HTTP API', event: signedHttp, answer: {} },
    { name: 'isAuthorized to a REST API', answer: { isAuthorized: true } },
    { name: 'isAuthorized that is text', event: signedHttp, answer: { isAuthorized: 'false' } },
    { name: 'no principal', answer: { policyDocument: policy() } },
    { name: 'a policy that is text', answer: { ...allow, policyDocument: JSON.stringify(policy()) } },
    { name: 'a policy that is null', answer: { ...allow, policyDocument: null } },
    { name: 'no statements', answer: { ...allow, policyDocument: { Version: '2012-10-17' } } },
    { name: 'a statement that is text', answer: { ...allow, policyDocument: policy(['Allow']) } },
    {
      name: 'an unknown effect',
      answer: { ...allow, policyDocument: policy([{ ...statement, Effect: 'allow' }]) },
    },
    {
      name: 'a statement without effect',
      answer: { ...allow, policyDocument: policy([statement, { Action: '*' }]) },
    },
    { name: 'a context that is a list', answer: { ...allow, context: ['a'] } },
    { name: 'a context that is text', answer: { ...allow, context: 'a' } },
    { name: "a key like Approov's", answer: { ...allow, context: { approov_did: 'mine' } } },
    {
      name: "a key like Approov's in a simple response",
      event: signedHttp,
      answer: { isAuthorized: true, context: { approov_: 1 } },
    },
  ];
  for (const { name, event = signed, answer } of malformed) {
    test(`is a failure: ${name}`, async () => {
      const { kept, answer: ask } = wrap(answering(answer));
      assert.match(
        String(await ask(event)),
        /^Failure: wrapped_authorizer_failed: the (?:answer|context) of/,
      );
      assert.deepEqual(
        kept.decisions.map(({ decision, reason }) => [decision, reason]),
        [['error', 'wrapped_authorizer_failed']],
      );
    });
  }
});

suite('withApproov: how a handler answers', () => {
  const merged = { ...allow, policyDocument: policy([statement, untilExp]), context: approov };
  const handlers: Record<string, Handler> = {
    'with a promise': async () => allow,
    'with the callback': (_event, _context, callback) => callback(null, allow),
    'later, with the callback': (_event, _context, callback) => {
      setImmediate(callback, undefined, allow);
    },
    'with the callback, and returns a value': ((
      _event: unknown,
      _context: unknown,
      callback: (error: null, answer: object) => void,
    ) => {
      setImmediate(callback, null, allow);
      return true;
    }) as unknown as Handler,
    'with the callback before its promise': async (_event, _context, callback) => callback(null, allow),
    'with context.succeed': ((_event: unknown, context: { succeed(answer: object): void }) =>
      context.succeed(allow)) as Handler,
    'with context.done': ((_event: unknown, context: { done(error: null, answer: object): void }) =>
      context.done(null, allow)) as Handler,
    'at once': (() => allow) as unknown as Handler,
  };
  for (const [name, handler] of Object.entries(handlers)) {
    test(`${name}: its answer`, async () => {
      const wrapped = withApproov(handler, { secretId: 's' }, toolsOf().tools);
      assert.deepEqual(await wrapped(signed, contextOfLambda), merged);
    });
  }

  const unauthorized: Record<string, Handler> = {
    'rejects with it': throwing(new Error('Unauthorized')),
    'throws it': () => {
      throw new Error('Unauthorized');
    },
    'gives it to the callback': (_event, _context, callback) => callback(new Error('Unauthorized')),
    'gives its text to the callback': (_event, _context, callback) => callback('Unauthorized'),
    'gives it to context.fail': ((_event: unknown, context: { fail(error: string): void }) =>
      context.fail('Unauthorized')) as Handler,
  };
  for (const [name, handler] of Object.entries(unauthorized)) {
    for (const denial of ['unauthorized', 'policy'] as const) {
      test(`Unauthorized stays a 401, denial ${denial}: ${name}`, async () => {
        const { answer, kept } = wrap(handler, { denial });
        assert.equal(await answer(signed), 'Error: Unauthorized');
        assert.deepEqual(
          kept.decisions.map(({ decision }) => decision),
          ['allow'],
        );
      });
    }
  }

  const others: unknown[] = [
    new Error('unauthorized'),
    new Error('sesame'),
    'Forbidden',
    undefined,
    null,
    {},
  ];
  for (const error of others) {
    test(`another error is a failure that does not quote it: ${String(error)}`, async () => {
      const { tools } = toolsOf();
      const wrapped = withApproov(throwing(error), { secretId: 's' }, tools);
      await assert.rejects(wrapped(signed, {}), (failure: Failure) => {
        assert.ok(failure instanceof Failure);
        assert.equal(failure.message, 'wrapped_authorizer_failed: the wrapped authorizer threw an error');
        assert.equal(failure.cause, error);
        return true;
      });
    });
  }

  test('gets the context of the call', async () => {
    const given: unknown[] = [];
    const wrapped = withApproov(
      async (_event: unknown, context: unknown) => {
        given.push(context);
        return allow;
      },
      { secretId: 's' },
      toolsOf().tools,
    );
    // Of Node.js 24, of a test, and of Node.js 22.
    const { done: _done, succeed: _succeed, fail: _fail, ...newer } = contextOfLambda;
    for (const context of [newer, undefined, contextOfLambda]) await wrapped(signed, context);
    assert.equal(given[0], newer);
    assert.equal(given[1], undefined);
    const { awsRequestId, getRemainingTimeInMillis } = given[2] as typeof contextOfLambda;
    assert.deepEqual([awsRequestId, getRemainingTimeInMillis()], ['r', 5]);
  });
});

suite('withApproov: a request that Approov refuses', () => {
  const refused: { name: string; event: object; options?: Partial<WithApproovOptions>; expected: unknown }[] =
    [
      { name: 'no token', event: eventOf.rest([]), expected: 'Error: Unauthorized' },
      {
        name: 'a forged token, with a Deny',
        event: eventOf.rest([['Approov-Token', forged]]),
        options: { denial: 'policy' },
        expected: {
          principalId: 'approov',
          policyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Action: 'execute-api:Invoke',
                Effect: 'Deny',
                Resource: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/*',
              },
            ],
          },
          context: { reason: 'signature_mismatch' },
        },
      },
      {
        name: 'an expired token, with a simple response',
        event: eventOf.http([['Approov-Token', tokenOf({ exp: exp - 400 })]]),
        options: { denial: 'policy', httpApiResponse: 'simple' },
        expected: { isAuthorized: false, context: { reason: 'token_expired' } },
      },
    ];
  for (const { name, event, options = {}, expected } of refused) {
    test(`is answered without the wrapped authorizer: ${name}`, async () => {
      const { calls, answer } = wrap(answering(allow), options);
      assert.deepEqual([await answer(event), calls], [expected, []]);
    });
  }

  test('is a failure without the wrapped authorizer when there is no secret', async () => {
    const { calls, answer } = wrap(answering(allow), {}, true);
    assert.match(String(await answer(signed)), /^Failure: secret_unavailable/);
    assert.deepEqual(calls, []);
  });

  test('is a failure without the wrapped authorizer when the event is another one', async () => {
    const { calls, answer } = wrap(answering(allow));
    assert.match(String(await answer({ type: 'TOKEN' })), /^Failure: event_invalid/);
    assert.deepEqual(calls, []);
  });

  const reportOnly = { mode: 'report-only' } as const;
  test('passes in report-only, and the wrapped authorizer decides, without an end', async () => {
    const { answer, kept } = wrap(answering(allow), reportOnly);
    assert.deepEqual(await answer(eventOf.rest([])), {
      ...allow,
      context: {
        approov_mode: 'report-only',
        approov_verdict: 'would-deny',
        approov_reason: 'token_missing',
      },
    });
    assert.deepEqual(
      kept.decisions.map(({ decision }) => decision),
      ['would-deny'],
    );
  });

  test('is refused in report-only when the wrapped authorizer refuses', async () => {
    const { answer } = wrap(throwing(new Error('Unauthorized')), reportOnly);
    assert.equal(await answer(eventOf.rest([])), 'Error: Unauthorized');
    const failing = wrap(throwing(new Error('other')), reportOnly);
    assert.match(String(await failing.answer(eventOf.rest([]))), /^Failure: wrapped_authorizer_failed/);
  });
});

suite('withApproov: an event that the handler changes', () => {
  const yes = { isAuthorized: true };
  const cases: { name: string; event: object; change: object; answer: object; expected: RegExp | object }[] =
    [
      {
        name: 'a simple answer stays one when payload 2.0 is renamed',
        event: signedHttp,
        change: { version: '1.0' },
        answer: yes,
        expected: { ...yes, context: approov },
      },
      {
        name: 'REST still takes no simple answer when it is renamed to payload 2.0',
        event: signed,
        change: { version: '2.0' },
        answer: yes,
        expected: /^Failure: wrapped_authorizer_failed/,
      },
      {
        name: 'an Allow is kept when the event is emptied',
        event: signed,
        change: { type: undefined, methodArn: undefined, requestContext: undefined, headers: {} },
        answer: allow,
        expected: { ...allow, policyDocument: policy([statement, untilExp as never]), context: approov },
      },
    ];
  for (const { name, event, change, answer, expected } of cases) {
    test(name, async () => {
      const { answer: answerTo } = wrap(async (given) => {
        Object.assign(given as object, change);
        return answer;
      });
      const result = await answerTo(structuredClone(event));
      if (expected instanceof RegExp) assert.match(String(result), expected);
      else assert.deepEqual(result, expected);
    });
  }
});

suite('withApproov: the handler of a TOKEN authorizer', () => {
  const options = { authorizationTokenHeader: 'authorization' };
  const token: [string, string] = ['Approov-Token', tokenOf()];
  const user: [string, string] = ['Authorization', ' Bearer alice'];
  const cases: { name: string; event: object; called: unknown }[] = [
    {
      name: 'REST',
      event: eventOf.rest([token, user]),
      called: {
        type: 'TOKEN',
        methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/GET/hello',
        authorizationToken: ' Bearer alice',
      },
    },
    {
      name: 'HTTP API, with the header as identity source',
      event: { ...eventOf.http([token, user]), identitySource: [token[1], 'Bearer alice'] },
      called: {
        type: 'TOKEN',
        methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/$default/GET/hello',
        authorizationToken: ' Bearer alice',
      },
    },
  ];
  for (const identitySource of [`${token[1]},Digest a="1", b="2"`, 'x,Digest a="1",b="2",y']) {
    const event = {
      ...eventOf.rest([token, ['Authorization', 'Digest a="1", b="2"']]),
      version: '1.0',
      identitySource,
    };
    cases.push({
      name: `HTTP API 1.0, with a comma in the header: ${identitySource.slice(-24)}`,
      event,
      called: { type: 'TOKEN', methodArn: event.methodArn, authorizationToken: 'Digest a="1", b="2"' },
    });
  }
  for (const { name, event, called } of cases) {
    test(`gets its event: ${name}`, async () => {
      const { calls, answer } = wrap(answering(allow), options);
      assert.equal(((await answer(event)) as typeof allow).principalId, 'alice');
      assert.deepEqual(calls, [called]);
    });
  }

  for (const [name, headers] of Object.entries({
    'without the header': [token],
    'with an empty header': [token, ['Authorization', '']],
    'with two headers': [token, user, ['Authorization', 'Bearer bob']],
  }) as [string, [string, string][]][]) {
    test(`is not called for a request ${name}: a 401`, async () => {
      const { calls, answer } = wrap(answering(allow), options);
      assert.deepEqual([await answer(eventOf.rest(headers)), calls], ['Error: Unauthorized', []]);
    });
  }

  test("is not called when the event's identity sources leave out its header: a failure", async () => {
    const { calls, answer } = wrap(answering(allow), options);
    const http = { ...eventOf.http([token, user]), identitySource: [token[1], 'x,Bearer alice'] };
    assert.match(String(await answer(http)), /^Failure: identity_source_missing/);
    const payload1 = { ...eventOf.rest([token, user]), version: '1.0' };
    for (const identitySource of [token[1], `${token[1]}, Bearer alice2`, 'xBearer alice']) {
      assert.match(
        String(await answer({ ...payload1, identitySource })),
        /^Failure: identity_source_missing/,
      );
    }
    assert.deepEqual(calls, []);
  });
});

suite('withApproov: its context', () => {
  const backendEvent = (context: object) => ({
    requestContext: { authorizer: { principalId: 'p', ...context } },
  });

  test("is what readApproovContext reads, whatever the wrapped authorizer's keys are", async () => {
    const own = { mode: 'mine', exp: 5, did: 'other', verdict: 'would-deny' };
    const answer = await wrap(answering({ ...allow, context: own })).answer(signed);
    const {
      did,
      mode,
      exp: expiry,
      anno,
    } = readApproovContext(backendEvent((answer as { context: object }).context)) as never;
    assert.deepEqual([did, mode, expiry, anno], ['device', 'enforce', exp, ['a', 'b']]);
  });

  test('is at most 4 KB with its prefixes', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
    const claims = Object.fromEntries(names.map((name) => [name, 'x'.repeat(90)]));
    const event = eventOf.rest([['Approov-Token', tokenOf(claims)]]);
    const answer = await wrap(answering(allow), { contextClaims: ['exp', ...names] }).answer(event);
    const { context } = answer as { context: Record<string, unknown> };
    assert.ok(JSON.stringify(context).length <= 4096);
    assert.equal(context.approov_exp, exp);
    assert.match(String(context.approov_omitted), /^c\d/);
  });
});

test('withApproov: the first event of an HTTP API is warned of when refusals are thrown', async () => {
  const lines: string[] = [];
  const tools = { ...toolsOf().tools, write: (line: string) => lines.push(line) };
  const wrapped = withApproov(answering(allow), { secretId: 's' }, tools);
  for (const event of [signed, signedHttp, signedHttp]) await wrapped(event, {});
  assert.equal(lines.filter((line) => line.includes('AWS documents no 401')).length, 1);
});

suite('withApproov: its options', () => {
  const faults: { name: string; options: object; message: RegExp }[] = [
    { name: 'no options', options: undefined as never, message: /options must be an object$/ },
    { name: 'no secret', options: {}, message: /secretId is required/ },
    {
      name: 'a header that is not one',
      options: { secretId: 's', authorizationTokenHeader: 'a b' },
      message: /authorizationTokenHeader must be a header name$/,
    },
    {
      name: 'null as a header',
      options: { secretId: 's', authorizationTokenHeader: null },
      message: /authorizationTokenHeader must be a header name$/,
    },
    {
      name: "the Approov token's header",
      options: { secretId: 's', authorizationTokenHeader: 'approov-token' },
      message: /authorizationTokenHeader must not name the header of the Approov token$/,
    },
    {
      name: 'a user check of its own',
      options: {
        secretId: 's',
        userAuth: 'jwt',
        userIssuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01',
        userAudience: ['a'],
      },
      message: /userAuth must be off, for the wrapped authorizer checks the user$/,
    },
  ];
  for (const { name, options, message } of faults) {
    test(`refuses ${name}`, () => {
      assert.throws(() => withApproov(answering(allow), options as never, toolsOf().tools), message);
    });
  }

  test('makes a client of its own, which fails without a region, not before', async () => {
    const wrapped = withApproov(answering(allow), { secretId: 's', logLevel: 'silent' });
    assert.match(String(await outcome(wrapped(signed, {}))), /^Failure: secret_unavailable/);
  });
});
