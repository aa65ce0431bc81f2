import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  mintUserToken,
  newUserPool,
  type UserPool,
} from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import type { PolicyResponse } from '../../../src/answer/respond.ts';
import { sent } from '../../cases/eventOf.ts';
import { minted, now } from '../support/harness.ts';
import { jwksUri, requestWith, userCheck, userWorld } from './support/users.ts';

const cognito = 'https://cognito-idp.eu-west-1.amazonaws.com';
const customers = newUserPool(`${cognito}/eu-west-1_Customers`);
const staff = newUserPool(`${cognito}/eu-west-1_Staff`);
const other = newUserPool('https://login.example.com/', 'ES256');
const evil = { iss: 'https://evil.example' };

const userToken = (pool: UserPool, claims: Record<string, unknown> = {}) =>
  mintUserToken(pool, { sub: 'alice', exp: now + 200, claims });
const login = (token: string, claims: object = {}) =>
  sent(minted({ did: 'device', ...claims }), { Authorization: `Bearer ${token}` });

/** An authorizer for users of these pools. */
const world = (pools: UserPool[], variables: Record<string, string> = {}) =>
  userWorld(
    {
      APPROOV_USER_ISSUER: pools.map(({ issuer }) => issuer).join(', '),
      APPROOV_USER_JWKS_URI: pools.map(jwksUri).join(','),
      APPROOV_USER_AUDIENCE: customers.clientId,
      APPROOV_USER_ALGORITHMS: 'RS256,ES256',
      ...variables,
    },
    pools,
  );

suite('several issuers', () => {
  const slash = `${customers.issuer}/`;
  const staffKid = { ...customers, kid: staff.kid };
  const cases: [name: string, token: string, expected: string, variables?: Record<string, string>][] = [
    ['a token of the first', userToken(customers), 'allow'],
    ['a token of the second', userToken(staff), 'allow'],
    ['a token of the third, without token_use', userToken(other, { token_use: undefined }), 'allow'],
    ['another issuer', userToken(customers, evil), 'user_issuer_mismatch'],
    ['no issuer', userToken(customers, { iss: undefined }), 'user_issuer_mismatch'],
    ['an issuer that is a list', userToken(customers, { iss: [customers.issuer] }), 'user_issuer_mismatch'],
    ['an issuer with a slash more', userToken(customers, { iss: slash }), 'user_issuer_mismatch'],
    ['the name of another issuer', userToken(customers, { iss: staff.issuer }), 'user_key_unknown'],
    ["another issuer's name and kid", userToken(staffKid, { iss: staff.issuer }), 'user_signature_mismatch'],
    ['an ID token of a user pool', userToken(staff, { token_use: 'id' }), 'user_token_use_mismatch'],
    ['another audience', userToken(staff, { client_id: 'x' }), 'user_audience_mismatch'],
    [
      'another type, although the issuer is unknown too',
      userToken(customers, evil),
      'user_token_type_mismatch',
      { APPROOV_USER_TOKEN_TYPE: 'at+jwt' },
    ],
  ];
  for (const [name, token, expected, variables] of cases) {
    test(`${name}: ${expected}`, async () => {
      const { decide } = world([customers, staff, other], variables);
      for (let time = 0; time < 2; time += 1) assert.equal(await decide(login(token)), expected);
    });
  }

  test('where none is a user pool, token_use applies to all', async () => {
    const second = newUserPool('https://second.example.com', 'ES256');
    const { decide } = world([other, second], { APPROOV_USER_TOKEN_USE: 'id' });
    const idToken = userToken(other, { token_use: 'id', aud: customers.clientId });
    assert.equal(await decide(login(idToken)), 'allow');
    assert.equal(await decide(login(userToken(second))), 'user_token_use_mismatch');
  });

  const contextOf = async (pools: UserPool[], claims = 'sub,exp', token = userToken(staff)) => {
    const { answer } = world(pools, { APPROOV_USER_CONTEXT_CLAIMS: claims });
    return ((await answer(login(token))).response as PolicyResponse).context;
  };

  test('hand the issuer on as user_iss, with one issuer only when it is asked for', async () => {
    assert.equal((await contextOf([customers, staff])).user_iss, staff.issuer);
    assert.equal((await contextOf([staff])).user_iss, undefined);
    assert.equal((await contextOf([staff], 'sub,exp,iss')).user_iss, staff.issuer);
  });

  test('never leave user_iss out of a context that is too long', async () => {
    const long = userToken(staff, { long: 'x'.repeat(4000) });
    const { user_iss, omitted } = await contextOf([customers, staff], 'sub,exp,long', long);
    assert.deepEqual([user_iss, omitted], [staff.issuer, 'user_long']);
  });

  test('have their keys fetched at the start, in parallel, and an unknown issuer causes no fetch', async () => {
    const { issuer, decide } = world([customers, staff]);
    assert.deepEqual(issuer.fetches, [jwksUri(customers), jwksUri(staff)]);
    issuer.time.now += 100;
    assert.equal(await decide(login(userToken(customers, evil))), 'user_issuer_mismatch');
    assert.equal(issuer.fetches.length, 2);
  });

  test('an outage of one refuses nobody of the other, and unknown kids of one fetch its keys alone', async () => {
    const { issuer, decide } = world([customers, staff]);
    const late = { exp: now + 9000 };
    const decideLate = (pool: UserPool) => decide(login(userToken(pool, late), late));
    issuer.down.add(jwksUri(staff));
    await decideLate(customers);
    issuer.time.now += 7300;
    assert.equal(await decideLate(customers), 'allow');
    assert.equal(await decideLate(staff), 'user_keys_unavailable');
    issuer.down.clear();
    issuer.time.now += 61;
    assert.equal(await decideLate(staff), 'allow');
    issuer.fetches.length = 0;
    issuer.time.now += 31;
    for (let kid = 0; kid < 20; kid += 1) {
      assert.equal(await decideLate({ ...staff, kid: `unknown-${kid}` }), 'user_key_unknown');
    }
    assert.deepEqual(issuer.fetches, [jwksUri(staff)]);
  });

  test('no key of one issuer verifies a token that names another: every pair of eight', async () => {
    // Every issuer knows every kid, each for its own key.
    const pools = Array.from({ length: 8 }, (_, index) => ({
      ...newUserPool(`https://issuer-${index}.example`, 'EdDSA'),
      kid: 'shared',
    }));
    const userIssuer = pools.map(({ issuer }) => issuer);
    const { check } = await userCheck(
      { userIssuer, userAlgorithms: ['EdDSA'], userTokenUse: undefined },
      { pools },
    );
    for (const signer of pools) {
      for (const named of pools) {
        const token = userToken(signer, { iss: named.issuer, token_use: undefined });
        const result = await check(requestWith([['Authorization', token]]));
        const expected = signer === named ? 'alice' : 'user_signature_mismatch';
        assert.equal(typeof result === 'string' ? result : result.principalId, expected);
      }
    }
  });
});

test('while a user pool changes its issuer, no good token is refused and no bad one accepted', async () => {
  const before = newUserPool(`${cognito}/eu-west-1_Moving`);
  const after = { ...before, issuer: 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Moving' };
  const stranger = { ...newUserPool(before.issuer), kid: before.kid };
  // Users log in with the old form until the pool is switched, and their tokens live for an hour.
  const [old, moving, young] = [world([before]), world([before, after]), world([after])] as const;
  const phases = [
    { name: 'before', serving: [old], pools: [before] },
    { name: 'two issuers are rolled out', serving: [old, moving], pools: [before] },
    { name: 'the pool is switched', serving: [moving], pools: [before, after] },
    { name: 'the last old token has expired', serving: [moving], pools: [after] },
    { name: 'the old issuer is taken away', serving: [moving, young], pools: [after] },
  ];
  const bad = [
    userToken(stranger),
    userToken(stranger, { iss: after.issuer }),
    userToken(before, evil),
    userToken(before, { exp: now - 1 }),
    userToken(after, { token_use: 'id' }),
  ];
  for (const { name, serving, pools } of phases) {
    for (const { decide } of serving) {
      for (let time = 0; time < 2; time += 1) {
        for (const pool of pools) assert.equal(await decide(login(userToken(pool))), 'allow', name);
        for (const token of bad) assert.notEqual(await decide(login(token)), 'allow', name);
      }
    }
  }
});
