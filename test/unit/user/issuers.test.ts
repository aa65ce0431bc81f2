import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { suite, test } from 'node:test';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import {
  mintUserToken,
  newUserPool,
  poolJwk,
  type UserPool,
} from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import type { PolicyResponse } from '../../../src/answer/respond.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { decisionOf, harness, now, secret } from '../support/harness.ts';
import { requestWith, userCheck } from './support/users.ts';

const customers = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Customers');
const staff = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff');
const other = newUserPool('https://login.example.com/', 'ES256');
const jwksUri = ({ issuer }: UserPool) => `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;

const approov = mintToken({ claims: { exp: now + 300, did: 'device' }, key: secret });
const userToken = (pool: UserPool, claims: Record<string, unknown> = {}) =>
  mintUserToken(pool, { sub: 'alice', exp: now + 200, claims });

/** An authorizer for users of these pools. Each pool's keys are at its own address; `down` names those out of reach. */
function world(pools: readonly UserPool[], variables: Record<string, string> = {}) {
  const down = new Set<UserPool>();
  const fetched: string[] = [];
  const clock = { now };
  const authorizer = harness(
    {
      APPROOV_DENIAL: 'policy',
      APPROOV_USER_AUTH: 'jwt',
      APPROOV_USER_ISSUER: pools.map(({ issuer }) => issuer).join(', '),
      APPROOV_USER_JWKS_URI: pools.map(jwksUri).join(','),
      APPROOV_USER_AUDIENCE: customers.clientId,
      APPROOV_USER_ALGORITHMS: 'RS256,ES256',
      ...variables,
    },
    undefined,
    () => clock.now * 1000,
    undefined,
    async (uri) => {
      fetched.push(uri);
      const pool = pools.find((one) => jwksUri(one) === uri) as UserPool;
      if (down.has(pool)) throw new Error('down');
      return JSON.stringify({ keys: [poolJwk(pool)] });
    },
  );
  const answer = (token: string, sent = approov) =>
    authorizer.answer(
      eventOf.rest([
        ['Approov-Token', sent],
        ['Authorization', `Bearer ${token}`],
      ]),
    );
  return {
    down,
    fetched,
    clock,
    answer,
    /** The reason, or `allow`. */
    decide: async (token: string, sent?: string) => {
      const decision = decisionOf(await answer(token, sent));
      return decision?.reason ?? decision?.decision;
    },
  };
}

type Worlds = [ReturnType<typeof world>, ReturnType<typeof world>, ReturnType<typeof world>];

suite('several issuers', () => {
  const cases: { name: string; token: string; variables?: Record<string, string>; expected: string }[] = [
    { name: 'a token of the first', token: userToken(customers), expected: 'allow' },
    { name: 'a token of the second', token: userToken(staff), expected: 'allow' },
    {
      name: 'a token of the third, without token_use',
      token: userToken(other, { token_use: undefined }),
      expected: 'allow',
    },
    {
      name: 'another issuer',
      token: userToken(customers, { iss: 'https://evil.example' }),
      expected: 'user_issuer_mismatch',
    },
    { name: 'no issuer', token: userToken(customers, { iss: undefined }), expected: 'user_issuer_mismatch' },
    {
      name: 'an issuer that is a list',
      token: userToken(customers, { iss: [customers.issuer] }),
      expected: 'user_issuer_mismatch',
    },
    {
      name: 'an issuer with a slash more',
      token: userToken(customers, { iss: `${customers.issuer}/` }),
      expected: 'user_issuer_mismatch',
    },
    {
      name: 'the name of another issuer',
      token: userToken(customers, { iss: staff.issuer }),
      expected: 'user_key_unknown',
    },
    {
      name: 'the name and the kid of another issuer',
      token: userToken({ ...customers, kid: staff.kid }, { iss: staff.issuer }),
      expected: 'user_signature_mismatch',
    },
    {
      name: 'an ID token of a user pool',
      token: userToken(staff, { token_use: 'id' }),
      expected: 'user_token_use_mismatch',
    },
    {
      name: 'another audience',
      token: userToken(staff, { client_id: 'x' }),
      expected: 'user_audience_mismatch',
    },
    {
      name: 'another type, although the issuer is unknown too',
      token: userToken(customers, { iss: 'https://evil.example' }),
      variables: { APPROOV_USER_TOKEN_TYPE: 'at+jwt' },
      expected: 'user_token_type_mismatch',
    },
  ];
  for (const { name, token, variables, expected } of cases) {
    test(`${name}: ${expected}`, async () => {
      const { decide } = world([customers, staff, other], variables);
      for (let time = 0; time < 2; time += 1) assert.equal(await decide(token), expected);
    });
  }

  test('where none is a user pool, token_use applies to all', async () => {
    const second = newUserPool('https://second.example.com', 'ES256');
    const { decide } = world([other, second], { APPROOV_USER_TOKEN_USE: 'id' });
    assert.equal(await decide(userToken(other, { token_use: 'id', aud: customers.clientId })), 'allow');
    assert.equal(await decide(userToken(second)), 'user_token_use_mismatch');
  });

  test('hand the issuer on as user_iss, with one issuer only when it is asked for', async () => {
    const contextOf = async (pools: UserPool[], variables = {}) =>
      ((await world(pools, variables).answer(userToken(staff))).response as PolicyResponse).context;
    assert.equal((await contextOf([customers, staff])).user_iss, staff.issuer);
    assert.equal((await contextOf([staff])).user_iss, undefined);
    assert.equal(
      (await contextOf([staff], { APPROOV_USER_CONTEXT_CLAIMS: 'sub,exp,iss' })).user_iss,
      staff.issuer,
    );
  });

  test('never leave user_iss out of a context that is too long', async () => {
    const { answer } = world([customers, staff], { APPROOV_USER_CONTEXT_CLAIMS: 'sub,exp,long' });
    const { response } = await answer(userToken(staff, { long: 'x'.repeat(4000) }));
    const { context } = response as PolicyResponse;
    assert.deepEqual([context.user_iss, context.omitted], [staff.issuer, 'user_long']);
  });

  test('have their keys fetched at the start, in parallel, and an unknown issuer causes no fetch', async () => {
    const { fetched, decide, clock } = world([customers, staff]);
    assert.deepEqual(fetched, [jwksUri(customers), jwksUri(staff)]);
    clock.now += 100;
    assert.equal(await decide(userToken(customers, { iss: 'https://evil.example' })), 'user_issuer_mismatch');
    assert.equal(fetched.length, 2);
  });

  test('an outage of one refuses nobody of the other, and a flood of kids at one fetches its keys alone', async () => {
    const { down, decide, clock, fetched } = world([customers, staff]);
    down.add(staff);
    await decide(userToken(customers));
    clock.now += 7300;
    const late = { exp: now + 9000 };
    const sent = mintToken({ claims: { exp: now + 9000 }, key: secret });
    assert.equal(await decide(userToken(customers, late), sent), 'allow');
    assert.equal(await decide(userToken(staff, late), sent), 'user_keys_unavailable');
    down.clear();
    clock.now += 61;
    assert.equal(await decide(userToken(staff, late), sent), 'allow');
    fetched.length = 0;
    clock.now += 31;
    for (let kid = 0; kid < 100; kid += 1) {
      const unknown = userToken({ ...staff, kid: `unknown-${kid}` }, late);
      assert.equal(await decide(unknown, sent), 'user_key_unknown');
    }
    assert.deepEqual(fetched, [jwksUri(staff)]);
  });

  test('no key of one issuer verifies a token that names another', async () => {
    const pools = Array.from({ length: 8 }, (_, index) =>
      newUserPool(`https://issuer-${index}.example`, 'EdDSA'),
    );
    // Every issuer knows every kid, each for its own key.
    const shared = pools.map((pool) => ({ ...pool, kid: 'shared' }));
    const { check } = await userCheck(
      {
        userIssuer: shared.map(({ issuer }) => issuer),
        userAlgorithms: ['EdDSA'],
        userTokenUse: undefined,
      },
      { pools: shared },
    );
    for (const signer of shared) {
      for (const { issuer } of shared) {
        const token = userToken(signer, { iss: issuer, token_use: undefined });
        // The second time, the memory of verified tokens may answer.
        for (let time = 0; time < 2; time += 1) {
          const outcome = await check(requestWith([['Authorization', token]]));
          if (signer.issuer === issuer) assert.equal(typeof outcome, 'object');
          else assert.equal(outcome, 'user_signature_mismatch');
        }
      }
    }
  });
});

suite('a user pool that changes its issuer', () => {
  test('with two issuers for a while, no good token is refused and no bad one accepted', async () => {
    const before = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Moving');
    const after = {
      ...before,
      issuer: 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Moving',
    };
    const stranger = { ...newUserPool(before.issuer), kid: before.kid };
    // Users log in with the old form until the pool is switched, and their tokens live for an hour.
    const [old, both, young] = [[before], [before, after], [after]].map((pools) => world(pools)) as Worlds;
    const phases = [
      { name: 'before', serving: [old], good: [before] },
      { name: 'two issuers are rolled out', serving: [old, both], good: [before] },
      { name: 'the pool is switched', serving: [both], good: [before, after] },
      { name: 'the last old token has expired', serving: [both], good: [after] },
      { name: 'the old issuer is taken away', serving: [both, young], good: [after] },
    ];
    const tokensOf = (pool: UserPool) =>
      Array.from({ length: 50 }, (_, index) => userToken(pool, { jti: `${index}` }));
    const good = new Map([before, after].map((pool) => [pool, tokensOf(pool)]));
    const bad = [
      ...tokensOf(stranger).slice(0, 10),
      userToken(before, { iss: 'https://evil.example' }),
      userToken(before, { exp: now - 1 }),
      userToken(after, { token_use: 'id' }),
      userToken(stranger, { iss: after.issuer }),
    ];
    let requests = 0;
    for (const { name, serving, good: pools } of phases) {
      for (let request = 0; request < 400; request += 1) {
        const { decide } = serving[randomInt(serving.length)] as Worlds[0];
        const isGood = request % 4 !== 0;
        const from = isGood ? (good.get(pools[randomInt(pools.length)] as UserPool) as string[]) : bad;
        const outcome = await decide(from[randomInt(from.length)] as string);
        assert.equal(outcome === 'allow', isGood, `${name}: ${outcome}`);
        requests += 1;
      }
    }
    assert.equal(requests, 2000);
  });
});
