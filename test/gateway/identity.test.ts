import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Headers } from '../cases/eventOf.ts';
import type { ApiKind } from './model/api.ts';
import { bound, forged, kinds, refused, requestKinds, sent, token, World } from './world.ts';

suite('API Gateway answers without the authorizer', () => {
  const status = ['Approov-Status', 'no_network'] as const;
  for (const kind of kinds) {
    const cases = { 'no token header': [], 'an empty token header': [sent('')], 'only a status': [status] };
    for (const [name, headers] of Object.entries(cases)) {
      test(`${kind}: ${name}: a 401`, async () => {
        const world = new World({ kind });
        assert.deepEqual([...(await world.statusAndCall(headers)), world.events.length], [401, false, 0]);
      });
    }

    test(`${kind}: without identity sources the authorizer gives the same answer, and nothing is cached`, async () => {
      const world = new World({ kind, identity: [] });
      assert.deepEqual(await world.send([]), { status: refused[kind], called: true });
      await world.send([sent(token())]);
      assert.equal((await world.send([sent(token())])).called, true);
      assert.deepEqual(world.decisions, ['token_missing', 'allow', 'allow']);
    });
  }
});

suite('the token in the query', () => {
  const variables = { APPROOV_TOKEN_QUERY_PARAMETER: 'approov_token' };
  const query = `approov_token=${token()}`;

  test('opens a WebSocket whose authorizer has no identity sources, and nothing is cached', async () => {
    const world = new World({ kind: 'websocket', variables, identity: [] });
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual(await world.statusAndCall([], { query }), [200, true]);
    }
    const forgedQuery = { query: `approov_token=${forged}` };
    assert.equal((await world.send([], forgedQuery)).status, 403);
    assert.equal((await world.send([sent(forged)], { query })).status, 403, 'the header alone counts');
    assert.deepEqual(world.decisions, ['allow', 'allow', 'signature_mismatch', 'signature_mismatch']);
  });

  test('does not reach an authorizer whose identity source is the header', async () => {
    const world = new World({ kind: 'websocket', variables });
    assert.deepEqual(await world.send([], { query }), { status: 401, called: false });
  });

  for (const kind of requestKinds) {
    test(`opens no ${kind} API`, async () => {
      const world = new World({ kind, variables, identity: [] });
      assert.equal((await world.send([], { query })).status, refused[kind]);
      assert.deepEqual(world.decisions, ['token_missing']);
    });
  }
});

suite('the casing of the header does not matter', () => {
  const casings = ['Approov-Token', 'approov-token', 'APPROOV-TOKEN', 'aPpRoOv-ToKeN'];
  for (const kind of kinds) {
    for (const httpVersion of ['1.1', '2'] as const) {
      test(`${kind} over HTTP/${httpVersion}: a good token passes, a forged one does not`, async () => {
        for (const name of casings) {
          const world = new World({ kind });
          assert.equal((await world.send([[name, token()]], { httpVersion })).status, 200, name);
          assert.equal((await world.send([[name, forged]], { httpVersion })).status, refused[kind], name);
        }
      });
    }
  }
});

suite('a token header sent twice never passes', () => {
  const good = token();
  const cases: Record<string, Headers> = {
    'the same good token twice': [sent(good), sent(good)],
    'a forged one before a good one': [sent(forged), sent(good)],
    'a good one before a forged one': [sent(good), sent(forged)],
    'an empty one before a good one': [sent(''), sent(good)],
    'a good one before an empty one': [sent(good), sent('')],
    'in two casings': [['approov-token', good], sent(good)],
    'a good one with a comma before it': [sent(`,${good}`)],
    'two in one header': [sent(`${good}, ${good}`)],
  };
  for (const kind of kinds) {
    for (const [name, headers] of Object.entries(cases)) {
      test(`${kind}: ${name}`, async () => {
        const world = new World({ kind });
        assert.equal((await world.send(headers)).status, refusalOf(kind, headers));
        assert.ok(!world.decisions.includes('allow'));
      });
    }
  }

  for (const kind of kinds) {
    test(`${kind}: with an Allow of one of its tokens cached, it passes only where API Gateway answers from the cache`, async () => {
      const world = new World({ kind });
      assert.equal((await world.send([sent(good)])).status, 200);
      // REST and WebSocket APIs use the last value as the cache key, which here may be the token of the Allow.
      const usesLast = kind === 'rest' || kind === 'websocket';
      for (const [name, headers] of Object.entries(cases)) {
        const { status } = await world.send(headers);
        assert.ok(status === refusalOf(kind, headers) || (usesLast && status === 200), `${name}: ${status}`);
      }
    });
  }
});

suite('a bound token and the cache', () => {
  const alice = 'Bearer alice';
  const mallory = 'Bearer mallory';
  const variables = { APPROOV_BINDING_HEADERS: 'Authorization' };
  const request = (authorization: string): Headers => [sent(bound(alice)), ['Authorization', authorization]];

  for (const kind of kinds) {
    const world = (identity: string[], resultTtlSeconds = 300) =>
      new World({ kind, variables, identity, api: { resultTtlSeconds } });

    test(`${kind}: a cached Allow does not apply to another Authorization, which is an identity source`, async () => {
      const guarded = world(['Approov-Token', 'Authorization']);
      assert.equal((await guarded.send(request(alice))).status, 200);
      assert.equal((await guarded.send(request(mallory))).status, refused[kind]);
      assert.equal((await guarded.send(request(alice))).called, false);
      assert.deepEqual(guarded.decisions, ['allow', 'binding_mismatch']);
    });

    test(`${kind}: a cached Allow applies to another Authorization when that is not an identity source`, async () => {
      const trapped = world(['Approov-Token']);
      assert.equal((await trapped.send(request(alice))).status, 200);
      assert.deepEqual(await trapped.statusAndCall(request(mallory)), [200, false]);
    });

    test(`${kind}: without the cache the identity sources do not matter`, async () => {
      const uncached = world(['Approov-Token'], 0);
      assert.equal((await uncached.send(request(alice))).status, 200);
      assert.equal((await uncached.send(request(mallory))).status, refused[kind]);
    });
  }
});

/** An empty identity source is API Gateway's own 401; REST and WebSocket APIs look at the last value. */
function refusalOf(kind: ApiKind, headers: Headers): number {
  const isLastEmpty = headers.at(-1)?.[1] === '';
  return isLastEmpty && (kind === 'rest' || kind === 'websocket') ? 401 : refused[kind];
}
