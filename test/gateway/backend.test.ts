import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { mintUserToken, newUserPool, poolJwk } from '../../infra/tools/standIns/identityProvider/userPool.ts';
import { readApproovContext, readUserClaims } from '../../src/backend.ts';
import { type ApiKind, api } from './model/api.ts';
import { Gateway } from './model/gateway.ts';
import { bound, forged, kinds, requestKinds, sent, start, token, World } from './world.ts';

const claims = {
  exp: start + 300.25,
  iss: 'account.approov.io',
  aud: ['api.example.com', 'other.example.com'],
  sub: 'approov|device',
  did: 'device',
  ip: '203.0.113.7',
  arc: 'IXPSB7TRK26LXE3M',
  anno: ['a', 'b,c'],
  pay: 'not passed on while binding is off',
  level: 7,
};
const variables = { APPROOV_CONTEXT_CLAIMS: 'exp,iss,aud,sub,did,ip,arc,anno,level' };

test('a backend behind a REST API gets no Content-Length, others do, and every authorizer does', async () => {
  for (const kind of requestKinds) {
    const world = new World({ kind });
    const { event } = await world.send([sent(token()), ['Content-Length', '0']]);
    const has = (one: unknown) => /"content-length"/i.test(JSON.stringify(one));
    assert.deepEqual([has(world.events[0]), has(event)], [true, kind !== 'rest'], kind);
  }
});

suite('readApproovContext reads the context as each kind of API passes it on', () => {
  for (const kind of kinds) {
    test(`${kind}: numbers come back as numbers, lists as lists`, async () => {
      const world = new World({ kind, variables });
      const { event } = await world.send([sent(token(claims))]);
      const { pay: _pay, ...expected } = claims;
      assert.deepEqual(readApproovContext(event, { now: start, numericClaims: ['level'] }), {
        ...expected,
        binding: 'off',
        messageSignature: 'off',
        mode: 'enforce',
      });
    });

    test(`${kind}: reads a cached context the same way, until its token expires`, async () => {
      const world = new World({ kind, variables, api: { resultTtlSeconds: 3600 } });
      const first = await world.send([sent(token(claims))]);
      const { event, called } = await world.send([sent(token(claims))]);
      assert.deepEqual([event, called], [first.event, false]);
      assert.throws(() => readApproovContext(event, { now: start + 300.25 }), { code: 'expired' });
      assert.ok(readApproovContext(event, { now: start + 300.2 }));
    });

    test(`${kind}: a verified binding, and a device ID that looks like a number`, async () => {
      const world = new World({ kind, variables: { APPROOV_BINDING_HEADERS: 'Authorization' } });
      const { event } = await world.send([sent(bound('Bearer a')), ['Authorization', 'Bearer a']]);
      const context = readApproovContext(event, { now: start });
      assert.ok(context.verdict === undefined);
      assert.equal(context.binding, 'verified');
      const other = new World({ kind });
      const numeric = await other.send([sent(token({ did: '1234', sub: '1e5' }))]);
      assert.partialDeepStrictEqual(readApproovContext(numeric.event, { now: start }), {
        did: '1234',
        sub: '1e5',
      });
    });

    test(`${kind}: report-only is named, and no claim of the token is passed on`, async () => {
      const world = new World({ kind, variables: { APPROOV_MODE: 'report-only' } });
      const { event } = await world.send([sent(forged)]);
      assert.deepEqual(readApproovContext(event, { now: start }), {
        mode: 'report-only',
        verdict: 'would-deny',
        reason: 'signature_mismatch',
      });
    });
  }

  const absent: [name: string, event: object][] = [
    ['no authorizer on the route', { requestContext: {} }],
    ['an authorizer without context', { requestContext: { authorizer: null } }],
    ['another authorizer', { requestContext: { authorizer: { principalId: 'x', integrationLatency: 0 } } }],
    ['a simple answer without context', { requestContext: { authorizer: { lambda: null } } }],
    ['a Deny’s context', { requestContext: { authorizer: { reason: 'token_missing' } } }],
    [
      'JWT claims of another authorizer',
      { requestContext: { authorizer: { jwt: { claims: { exp: start + 300 } } } } },
    ],
  ];
  for (const [name, event] of absent) {
    test(`throws for ${name}`, () => {
      assert.throws(() => readApproovContext(event, { now: start }), { code: 'absent' });
    });
  }

  test('after the token expires, a cached simple answer lets a request in, and the reader throws', async () => {
    const world = new World({
      kind: 'http2',
      api: { resultTtlSeconds: 3600 },
      variables: { APPROOV_HTTP_API_RESPONSE: 'simple' },
    });
    await world.send([sent(token())]);
    world.now += 301;
    const { status, event } = await world.send([sent(token())]);
    assert.equal(status, 200);
    assert.throws(() => readApproovContext(event, { now: world.now }), { code: 'expired' });
  });
});

suite('JSON text in a context', () => {
  const answer = {
    principalId: 'p',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
    },
  };
  const cases: [kind: ApiKind, value: string, statuses: number[]][] = [
    ['http1', '["a"]', [200, 500]],
    ['http2', '["a"]', [200, 500]],
    ['http2', 'a\\b', [200, 500]],
    ['http2', 'a\nb', [200, 500]],
    ['http2', '[%22a%22]', [200, 200]],
    ['rest', '["a"]', [200, 200]],
    ['websocket', '["a"]', [200, 200]],
  ];
  for (const [kind, value, statuses] of cases) {
    test(`${kind}: ${JSON.stringify(value)} new and cached: ${statuses.join(', ')}`, async () => {
      const gateway = new Gateway(
        api(kind),
        async () => ({ ...answer, context: { value } }),
        () => 0,
      );
      const request = { method: 'GET', path: '/items', headers: [sent('x')] };
      const first = await gateway.send(request);
      assert.deepEqual([first.status, (await gateway.send(request)).status], statuses);
    });
  }
});

suite('what the backend reads is what was in the tokens, from a new and from a cached answer', () => {
  const pool = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example');
  const text = fc.string({
    unit: fc.constantFrom(...'[{%+"\\]}:, a\n\u0000\u001f\ud800é'.split(''), '%22', '%5C'),
    maxLength: 12,
  });
  const value = fc.oneof(
    text,
    fc.array(text, { maxLength: 3 }),
    fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  );
  const users = {
    APPROOV_USER_AUTH: 'jwt',
    APPROOV_USER_ISSUER: pool.issuer,
    APPROOV_USER_AUDIENCE: pool.clientId,
    APPROOV_USER_CONTEXT_CLAIMS: 'sub,exp,groups',
  };
  const simple = { APPROOV_HTTP_API_RESPONSE: 'simple' };
  const settings = [...kinds.map((kind) => ({ kind, own: users })), { kind: 'http2', own: simple } as const];
  for (const { kind, own } of settings) {
    const identity = ['Approov-Token', 'Authorization'];
    test(`${kind}, with ${Object.keys(own)[0]}`, async () => {
      await fc.assert(
        fc.asyncProperty(text, fc.array(text), value, value, async (did, anno, plan, groups) => {
          const variables = { APPROOV_CONTEXT_CLAIMS: 'exp,did,anno,plan', ...own };
          const world = new World({ kind, variables, userKeys: [poolJwk(pool)], identity });
          const sub = `${did}.`;
          const login = mintUserToken(pool, { sub, exp: start + 250, claims: { groups } });
          for (const isNew of [true, false]) {
            const { event, called } = await world.send([
              sent(token({ did, anno, plan })),
              ['Authorization', `Bearer ${login}`],
            ]);
            assert.equal(called, isNew);
            const context = readApproovContext(event, { now: start });
            assert.deepEqual({ ...context, did, anno, plan }, context);
            if (own === simple) continue;
            const claims = readUserClaims(event, { now: start });
            assert.deepEqual({ ...claims, sub, groups }, claims);
          }
        }),
        { numRuns: 40 },
      );
    });
  }
});
