import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ApiKind, api } from './model/api.ts';
import { bound, forged, refused, sent, token, World, type WorldOptions } from './world.ts';

const kinds = ['rest', 'http1', 'http2', 'websocket'] satisfies ApiKind[];

suite('API Gateway answers without the authorizer', () => {
  for (const kind of kinds) {
    const cases = [
      { name: 'no token header', headers: [], expected: 401 },
      { name: 'an empty token header', headers: [sent('')], expected: 401 },
      {
        name: 'only the status that newer apps send',
        headers: [['Approov-Status', 'no_network']],
        expected: 401,
      },
    ] as const;
    for (const { name, headers, expected } of cases) {
      test(`${kind}: ${name}: a 401`, async () => {
        const world = new World({ kind });
        const { status, called } = await world.send(headers);
        assert.deepEqual([status, called, world.events.length], [expected, false, 0]);
      });
    }

    test(`${kind}: without identity sources the authorizer gives the same answer, and nothing is cached`, async () => {
      const world = new World({ kind, api: { identitySources: [] } });
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
    const world = new World({ kind: 'websocket', variables, api: { identitySources: [] } });
    for (let time = 0; time < 2; time += 1) {
      const { status, called } = await world.send([], { query });
      assert.deepEqual([status, called], [200, true]);
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

  for (const kind of ['rest', 'http1', 'http2'] as const) {
    test(`opens no ${kind} API`, async () => {
      const world = new World({ kind, variables, api: { identitySources: [] } });
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
  const cases: { name: string; headers: [string, string][] }[] = [
    { name: 'the same good token twice', headers: [sent(good), sent(good)].map(copy) },
    { name: 'a forged one before a good one', headers: [sent(forged), sent(good)].map(copy) },
    { name: 'a good one before a forged one', headers: [sent(good), sent(forged)].map(copy) },
    { name: 'an empty one before a good one', headers: [sent(''), sent(good)].map(copy) },
    { name: 'a good one before an empty one', headers: [sent(good), sent('')].map(copy) },
    {
      name: 'in two casings',
      headers: [
        ['approov-token', good],
        ['Approov-Token', good],
      ],
    },
    { name: 'a good one with a comma before it', headers: [['Approov-Token', `,${good}`]] },
    { name: 'two in one header', headers: [['Approov-Token', `${good}, ${good}`]] },
  ];
  for (const kind of kinds) {
    for (const { name, headers } of cases) {
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
      const statuses: number[] = [];
      for (const { headers } of cases) statuses.push((await world.send(headers)).status);
      // REST and WebSocket APIs use the last value as the cache key, which here is the token of the Allow.
      const isCached =
        kind === 'rest' || kind === 'websocket' ? statuses.map((status) => status === 200) : [];
      assert.ok(
        statuses.every(
          (status, index) => status === refusalOf(kind, cases[index]?.headers ?? []) || isCached[index],
        ),
        statuses.join(),
      );
    });
  }
});

suite('a bound token and the cache', () => {
  const alice = 'Bearer alice';
  const mallory = 'Bearer mallory';
  const variables = { APPROOV_BINDING_HEADERS: 'Authorization' };
  const request = (authorization: string): [string, string][] => [
    copy(sent(bound(alice))),
    ['Authorization', authorization],
  ];

  for (const kind of kinds) {
    const [source] = api(kind).identitySources as [string];
    const both = [source, source.replace('Approov-Token', 'Authorization')];
    const world = (identitySources: string[]) =>
      new World({ kind, variables, api: { identitySources } } satisfies WorldOptions);

    test(`${kind}: a cached Allow does not apply to another Authorization, which is an identity source`, async () => {
      const guarded = world(both);
      assert.equal((await guarded.send(request(alice))).status, 200);
      assert.equal((await guarded.send(request(mallory))).status, refused[kind]);
      assert.equal((await guarded.send(request(alice))).called, false);
      assert.deepEqual(guarded.decisions, ['allow', 'binding_mismatch']);
    });

    test(`${kind}: a cached Allow applies to another Authorization when that is no identity source`, async () => {
      const trapped = world([source]);
      assert.equal((await trapped.send(request(alice))).status, 200);
      assert.deepEqual(pick(await trapped.send(request(mallory))), [200, false]);
    });

    test(`${kind}: without the cache the identity sources do not matter`, async () => {
      const uncached = new World({
        kind,
        variables,
        api: { identitySources: [source], resultTtlSeconds: 0 },
      });
      assert.equal((await uncached.send(request(alice))).status, 200);
      assert.equal((await uncached.send(request(mallory))).status, refused[kind]);
    });
  }
});

/** An empty identity source is API Gateway's own 401; REST and WebSocket APIs look at the last value. */
function refusalOf(kind: ApiKind, headers: readonly [string, string][]): number {
  const isLastEmpty = headers.at(-1)?.[1] === '';
  return isLastEmpty && (kind === 'rest' || kind === 'websocket') ? 401 : refused[kind];
}

function copy([name, value]: readonly [string, string]): [string, string] {
  return [name, value];
}

function pick({ status, called }: { status: number; called: boolean }) {
  return [status, called];
}
