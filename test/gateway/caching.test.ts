import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Api, ApiKind } from './model/api.ts';
import { forged, kinds, requestKinds, sent, start, token, World } from './world.ts';

const calls = [
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/items' },
  { method: 'GET', path: '/items/1' },
  { method: 'DELETE', path: '/items/1' },
  { method: 'POST', path: '/files/a/b%20c/d' },
  { method: 'GET', path: '/files/*' },
];

suite('a cached Allow', () => {
  for (const kind of requestKinds) {
    test(`${kind}: is valid for every method of the stage, with one call of the authorizer`, async () => {
      const world = new World({ kind });
      const statuses = await inTurn(calls, async (call) => (await world.send([sent(token())], call)).status);
      assert.deepEqual(statuses, Array(calls.length).fill(200));
      assert.equal(world.events.length, 1);
    });
  }

  test('in `method` scope, refuses every other method', async () => {
    const world = new World({ variables: { APPROOV_RESOURCE_SCOPE: 'method' } });
    const statuses = await inTurn(calls, async (call) => (await world.send([sent(token())], call)).status);
    assert.deepEqual(statuses, [200, 401, 401, 401, 401, 401]);
  });

  const ends: [name: string, claims: object, at: number, expected: number, more?: { tolerance?: string }][] =
    [
      ['allowed in the last second', {}, 299, 200],
      ['refused at `exp`', {}, 300, 401],
      ['refused after `exp`', {}, 301, 401],
      ['refused after the whole second of a fractional `exp`', { exp: start + 300.9 }, 300, 401],
      ['allowed until `exp` plus the tolerance', {}, 329, 200, { tolerance: '30' }],
      ['refused after the tolerance', {}, 330, 401, { tolerance: '30' }],
      ['allowed with the latest possible `exp`', { exp: 253_402_300_799 }, 3000, 200],
    ];
  for (const [name, claims, at, expected, { tolerance = '0' } = {}] of ends) {
    test(`expires with its token: ${name}`, async () => {
      const world = new World({
        api: { resultTtlSeconds: 3600 },
        variables: { APPROOV_CLOCK_TOLERANCE_SECONDS: tolerance },
      });
      const request = [sent(token(claims))];
      assert.equal((await world.send(request)).status, 200);
      world.now += at;
      assert.deepEqual(await world.statusAndCall(request), [expected, false]);
    });
  }

  const ended: [name: string, kind: ApiKind, expected: number, more?: { api?: Partial<Api> }][] = [
    ['a REST API', 'rest', 401],
    ['a REST API without its own gateway response', 'rest', 403, { api: { accessDeniedStatus: 403 } }],
    ['an HTTP API, payload 1.0', 'http1', 403],
    ['an HTTP API, payload 2.0', 'http2', 403],
  ];
  for (const [name, kind, expected, { api } = {}] of ended) {
    test(`of a token that has ended: ${expected} from ${name}, and no log line of the authorizer`, async () => {
      const world = new World({ kind, api: { resultTtlSeconds: 3600, ...api } });
      await world.send([sent(token())]);
      world.now += 300;
      assert.deepEqual(await world.statusAndCall([sent(token())]), [expected, false]);
      assert.deepEqual(world.decisions, ['allow']);
    });
  }

  test('after the TTL, the authorizer is called again and refuses the expired token', async () => {
    const world = new World();
    await world.send([sent(token())]);
    world.now += 300;
    assert.deepEqual(await world.statusAndCall([sent(token())]), [401, true]);
    assert.deepEqual(world.decisions, ['allow', 'token_expired']);
  });

  test('does not apply to another token', async () => {
    const world = new World();
    await world.send([sent(token())]);
    assert.deepEqual(await world.statusAndCall([sent(forged)]), [401, true]);
  });

  test('a cached simple answer outlives its token; only the backend can refuse it', async () => {
    const world = new World({
      kind: 'http2',
      api: { resultTtlSeconds: 3600 },
      variables: { APPROOV_HTTP_API_RESPONSE: 'simple' },
    });
    await world.send([sent(token())]);
    world.now += 301;
    assert.deepEqual(await world.statusAndCall([sent(token())]), [200, false]);
  });
});

suite('caching of other answers', () => {
  const refusals: [
    name: string,
    variables: Record<string, string>,
    again: [number, boolean],
    more?: { api?: Partial<Api> },
  ][] = [
    ['a thrown refusal is not cached', { APPROOV_DENIAL: 'unauthorized' }, [401, true]],
    ['a Deny is cached, for the same bad token only', {}, [401, false]],
    [
      'a Deny is cached for a REST API without its own gateway response',
      {},
      [403, false],
      { api: { accessDeniedStatus: 403 } },
    ],
  ];
  for (const [name, variables, again, { api } = {}] of refusals) {
    test(name, async () => {
      const world = new World({ variables, ...(api && { api }) });
      await world.send([sent(forged)]);
      assert.deepEqual(await world.statusAndCall([sent(forged)]), again);
      assert.deepEqual(await world.statusAndCall([sent(token())]), [200, true]);
    });
  }

  for (const kind of kinds) {
    for (const denial of ['unauthorized', 'policy']) {
      test(`${kind}, ${denial}: a failure is a 500, and the same token is allowed once the secret is available`, async () => {
        const world = new World({ kind, variables: { APPROOV_DENIAL: denial } });
        world.isSecretThere = false;
        // By now the secret that was fetched at the start is too old to be used.
        world.now += 4000;
        const request = [sent(token({ exp: start + 9000 }))];
        assert.deepEqual(await world.statusAndCall(request), [500, true]);
        assert.deepEqual(await world.statusAndCall(request), [500, true]);
        world.isSecretThere = true;
        world.now += 2;
        assert.deepEqual(await world.statusAndCall(request), [200, true]);
        assert.deepEqual(world.decisions, ['secret_unavailable', 'secret_unavailable', 'allow']);
      });
    }
  }

  test('report-only: the Allow of a bad token is cached for that token only', async () => {
    const world = new World({ variables: { APPROOV_MODE: 'report-only' } });
    assert.deepEqual(await world.statusAndCall([sent(forged)]), [200, true]);
    assert.deepEqual(await world.statusAndCall([sent(forged)]), [200, false]);
    assert.deepEqual(await world.statusAndCall([sent(token())]), [200, true]);
  });
});

async function inTurn<T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await each(item));
  return results;
}
