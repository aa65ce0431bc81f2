import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintUserToken, newUserPool, poolJwk } from '../../infra/tools/standIns/identityProvider/userPool.ts';
import { readApproovContext, readUserClaims } from '../../src/backend.ts';
import type { ApiKind } from './model/api.ts';
import {
  bound,
  forged,
  refused,
  requestKinds,
  sent,
  start,
  token,
  World,
  type WorldOptions,
} from './world.ts';

const pool = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example');
const otherPool = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other');
const jwt = {
  APPROOV_USER_AUTH: 'jwt',
  APPROOV_USER_ISSUER: pool.issuer,
  APPROOV_USER_AUDIENCE: pool.clientId,
};

/** An API whose authorizer checks users, with these headers as identity sources. */
function world(kind: ApiKind, options: WorldOptions = {}) {
  const identity = ['Approov-Token', 'Authorization'];
  const variables = { ...jwt, ...options.variables };
  return new World({ kind, identity, userKeys: [poolJwk(pool)], ...options, variables });
}

const login = (sub: string, exp = start + 250, from = pool): readonly [string, string] => [
  'Authorization',
  `Bearer ${mintUserToken(from, { sub, exp })}`,
];
const alice = login('alice');
const bob = login('bob');

for (const kind of requestKinds) {
  suite(`users on a ${kind} API`, () => {
    test("one user's cached Allow never serves another", async () => {
      const api = world(kind);
      const app = sent(token());
      const users: string[] = [];
      for (const user of [alice, alice, bob, alice]) {
        const { event } = await api.send([app, user]);
        users.push(readUserClaims(event, { now: start }).sub);
      }
      assert.deepEqual(users, ['alice', 'alice', 'bob', 'alice']);
      assert.equal(api.events.length, 2);
    });

    test('without a user the gateway itself answers 401', async () => {
      assert.deepEqual(await world(kind).statusAndCall([sent(token())]), [401, false]);
    });

    test('a user of another pool is refused, and that answer is kept for that pair alone', async () => {
      const api = world(kind);
      const stranger = login('alice', start + 250, otherPool);
      assert.deepEqual(await api.statusAndCall([sent(token()), stranger]), [refused[kind], true]);
      assert.deepEqual(await api.statusAndCall([sent(token()), stranger]), [refused[kind], false]);
      assert.deepEqual(await api.statusAndCall([sent(token()), alice]), [200, true]);
    });

    test('a stolen pair is refused under binding, and rides no cached Allow', async () => {
      const api = world(kind, { variables: { APPROOV_BINDING_HEADERS: 'Authorization' } });
      const ofAlice = sent(bound(alice[1]));
      assert.deepEqual(await api.statusAndCall([ofAlice, alice]), [200, true]);
      assert.deepEqual(await api.statusAndCall([ofAlice, bob]), [refused[kind], true]);
      assert.deepEqual(api.decisions, ['allow', 'binding_mismatch']);
    });

    const ends: [name: string, app: number, user: number, end: number][] = [
      ['the login', start + 300, start + 100, 100],
      ['the Approov token', start + 100, start + 300, 100],
    ];
    for (const [name, app, user, end] of ends) {
      test(`a cached Allow ends with the one that ends first: ${name}`, async () => {
        const api = world(kind, { api: { resultTtlSeconds: 3600 } });
        const headers = [sent(token({ exp: app })), login('alice', user)];
        await api.send(headers);
        api.now += end - 1;
        assert.deepEqual(await api.statusAndCall(headers), [200, false]);
        api.now += 1;
        assert.deepEqual(await api.statusAndCall(headers), [refused[kind], false]);
      });
    }

    test('an outage of the issuer is a 500 that is not kept, never a 401', async () => {
      const api = world(kind);
      api.isIssuerThere = false;
      api.now += 10_000;
      const headers = [sent(token({ exp: api.now + 99 })), login('alice', api.now + 99)];
      assert.deepEqual(await api.statusAndCall(headers), [500, true]);
      assert.deepEqual(await api.statusAndCall(headers), [500, true]);
      api.isIssuerThere = true;
      api.now += 2;
      assert.deepEqual(await api.statusAndCall(headers), [200, true]);
    });

    test('report-only lets a bad app through, and no bad user', async () => {
      const api = world(kind, {
        variables: { APPROOV_MODE: 'report-only' },
        identity: ['Authorization'],
        api: { resultTtlSeconds: 0 },
      });
      const { status, event } = await api.send([sent(forged), alice]);
      assert.equal(status, 200);
      assert.equal(readApproovContext(event, { now: start }).verdict, 'would-deny');
      assert.equal(readUserClaims(event, { now: start }).sub, 'alice');
      for (const headers of [[sent(token())], [sent(forged), login('alice', start)]]) {
        assert.equal((await api.send(headers)).status === 200, false);
      }
      assert.equal((await api.send([sent(token()), login('alice', start)])).status, refused[kind]);
    });

    test('a scope is checked once for the whole stage: routes of different scopes need different authorizers', async () => {
      const api = world(kind, { variables: { APPROOV_USER_SCOPES: 'api/read' } });
      const headers = [sent(token()), alice];
      assert.equal((await api.send(headers)).status, 200);
      const elsewhere = { method: 'DELETE', path: '/items/1' };
      assert.deepEqual(await api.statusAndCall(headers, elsewhere), [200, false]);
      const writer = world(kind, { variables: { APPROOV_USER_SCOPES: 'api/write' } });
      assert.deepEqual(await writer.statusAndCall(headers), [refused[kind], true]);
      assert.deepEqual(writer.decisions, ['user_scope_missing']);
    });
  });
}

suite("without the user's header among the identity sources", () => {
  for (const kind of ['http1', 'http2'] as const) {
    test(`${kind}: every request is a 500, so that nobody gets another's answer`, async () => {
      const api = world(kind, { identity: ['Approov-Token'] });
      for (const user of [alice, bob]) {
        assert.deepEqual(await api.statusAndCall([sent(token()), user]), [500, true]);
      }
      assert.deepEqual(api.decisions, ['identity_source_missing', 'identity_source_missing']);
    });
  }

  test('the trap: a REST API does not say so, and answers one user with what another was given', async () => {
    const api = world('rest', { identity: ['Approov-Token'] });
    await api.send([sent(token()), alice]);
    const { event, called } = await api.send([sent(token()), bob]);
    assert.deepEqual([readUserClaims(event, { now: start }).sub, called], ['alice', false]);
  });
});

test('a WebSocket connection has its user too', async () => {
  const { status, event } = await world('websocket').send([sent(token()), alice]);
  assert.deepEqual([status, readUserClaims(event, { now: start }).sub], [200, 'alice']);
});
