import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readApproovContext } from '../../src/backend.ts';
import type { ApiKind } from './model/api.ts';
import { bound, forged, sent, start, token, World } from './world.ts';

const kinds = ['rest', 'http1', 'http2', 'websocket'] satisfies ApiKind[];
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

  const absent = [
    { name: 'no authorizer on the route', event: { requestContext: {} } },
    { name: 'an authorizer without context', event: { requestContext: { authorizer: null } } },
    {
      name: 'another authorizer',
      event: { requestContext: { authorizer: { principalId: 'x', integrationLatency: 0 } } },
    },
    { name: 'a simple answer without context', event: { requestContext: { authorizer: { lambda: null } } } },
    { name: 'a Deny’s context', event: { requestContext: { authorizer: { reason: 'token_missing' } } } },
    {
      name: 'JWT claims of another authorizer',
      event: { requestContext: { authorizer: { jwt: { claims: { exp: start + 300 } } } } },
    },
  ];
  for (const { name, event } of absent) {
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
