import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import { readApproovContext, withApproov } from '../../src/index.ts';
import { arnOf, eventOf, sent } from '../cases/eventOf.ts';
import { clientOf, sourceOf } from '../support/secrets.ts';
import { evaluate } from './model/iam.ts';
import { key, refused, requestKinds, World } from './world.ts';

const start = Math.floor(Date.now() / 1000);
const tools = { client: clientOf(() => sourceOf(key)), write: () => undefined };
const tokenUntil = (exp: number) => mintToken({ claims: { exp, did: 'device' }, key });

const stage = arnOf();
const date = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');

const resource = fc.constantFrom(
  '*',
  'arn:aws:execute-api:*:*:*',
  `${stage}/*`,
  `${stage}/GET/*`,
  `${stage}/GET/orders`,
  `${stage}/*/orders/?`,
  `${stage.replace('prod', 'test')}/*`,
);
const action = fc.constantFrom('execute-api:Invoke', 'execute-api:*', '*', 'execute-api:ManageConnections');
const oneOrMore = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof(value, fc.uniqueArray(value, { minLength: 1, maxLength: 3 }));
const condition = fc
  .tuple(
    fc.constantFrom('DateLessThan', 'DateGreaterThan', 'DateGreaterThanEquals'),
    fc.integer({ min: -600, max: 600 }),
  )
  .map(([operator, offset]) => ({ [operator]: { 'aws:CurrentTime': date(start + offset) } }));
const statement = fc
  .tuple(
    fc.constantFrom('Allow', 'Allow', 'Deny'),
    fc.oneof(
      oneOrMore(action).map((Action) => ({ Action })),
      action.map((NotAction) => ({ NotAction })),
    ),
    fc.oneof(
      { weight: 4, arbitrary: oneOrMore(resource).map((Resource) => ({ Resource })) },
      { weight: 1, arbitrary: resource.map((NotResource) => ({ NotResource })) },
    ),
    fc.option(condition, { nil: undefined }),
  )
  .map(([Effect, actions, resources, Condition]) => ({
    Effect,
    ...actions,
    ...resources,
    ...(Condition && { Condition }),
  }));
const policy = fc
  .oneof(statement, fc.array(statement, { minLength: 1, maxLength: 4 }))
  .map((Statement) => ({ Version: '2012-10-17', Statement }));
const called = fc
  .constantFrom('GET/orders', 'POST/orders/1', 'GET/', 'DELETE/a/b')
  .map((path) => `${stage}/${path}`);

suite('the policy of a wrapped authorizer', () => {
  test('allows exactly when the wrapped policy allows and the token has not expired', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        policy,
        called,
        fc.integer({ min: 100, max: 400 }),
        fc.integer({ min: -500, max: 500 }),
        async (policyDocument, arn, lifetime, offset) => {
          const authorizer = withApproov(
            async () => ({ principalId: 'p', policyDocument }),
            { secretId: 's' },
            tools,
          );
          const event = eventOf.rest(sent(tokenUntil(start + lifetime)));
          const answer = await authorizer(event, {});
          const at = (start + offset) * 1000;
          const inner = await evaluate({ policyDocument, arn, at });
          const merged = await evaluate({ policyDocument: answer.policyDocument, arn, at });
          const isAlive = offset < lifetime;
          assert.equal(merged === 'allowed', inner === 'allowed' && isAlive);
          assert.notEqual(merged, 'malformed');
          const statements = [policyDocument.Statement].flat();
          assert.deepEqual([answer.policyDocument.Statement].flat().slice(0, statements.length), statements);
          const kind = `${inner === 'allowed'} ${isAlive}`;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        },
      ),
      { numRuns: 250 },
    );
    // Each of the four cases is tried often.
    for (const kind of ['true true', 'true false', 'false true', 'false false']) {
      assert.ok((seen.get(kind) ?? 0) >= 10, `${kind}: ${seen.get(kind)}`);
    }
  });

  test('ends at the second of the token at the latest', async () => {
    const authorizer = withApproov(
      async () => ({ principalId: 'p', policyDocument: { Version: '2012-10-17', Statement: allowAll } }),
      { secretId: 's', clockToleranceSeconds: 5 },
      tools,
    );
    const event = eventOf.rest(sent(tokenUntil(start + 100.5)));
    const { policyDocument } = await authorizer(event, {});
    const evaluations = [];
    for (const at of [104.999, 105]) {
      evaluations.push(
        await evaluate({ policyDocument, arn: `${stage}/GET/orders`, at: (start + at) * 1000 }),
      );
    }
    assert.deepEqual(evaluations, ['allowed', 'explicit-deny']);
  });
});

const allowAll = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }];

for (const kind of requestKinds) {
  test(`${kind}: the cached Allow of a wrapped authorizer ends with the token, and serves nobody else`, async () => {
    const called: string[] = [];
    const authorizer = withApproov(
      async ({ authorizationToken }: { authorizationToken: string }) => {
        called.push(authorizationToken);
        return {
          principalId: authorizationToken,
          policyDocument: { Version: '2012-10-17', Statement: allowAll },
          context: { tenant: `of ${authorizationToken}` },
        };
      },
      { secretId: 's', denial: 'policy', authorizationTokenHeader: 'Authorization' },
      tools,
    );
    const world = new World({
      kind,
      identity: ['Approov-Token', 'Authorization'],
      authorizer: (event) => authorizer(event, {}),
    });
    world.now = start;
    const token = tokenUntil(start + 200);
    const send = (user: string, approov = token) => world.send(sent(approov, { Authorization: user }));

    for (const user of ['alice', 'alice', 'bob', 'alice']) {
      const { status, event } = await send(user);
      assert.equal(status, 200);
      const raw = event as { requestContext: { authorizer: { lambda?: object; tenant?: string } } };
      const { authorizer: given } = raw.requestContext;
      assert.equal(((given.lambda ?? given) as { tenant: string }).tenant, `of ${user}`);
      assert.equal((readApproovContext(event) as { did: string }).did, 'device');
    }
    const forged = mintToken({ claims: { exp: start + 200 }, key: Buffer.alloc(64) });
    assert.equal((await send('carol', forged)).status, refused[kind]);
    for (const [now, status] of [
      [199, 200],
      [200, refused[kind]],
    ] as const) {
      world.now = start + now;
      assert.equal((await send('alice')).status, status);
    }
    assert.deepEqual(
      called,
      ['alice', 'bob'],
      'it is called for nothing that Approov refuses or the cache answers',
    );
  });
}
