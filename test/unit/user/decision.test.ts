import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { tokenBinding } from '../../../infra/tools/approov/mint.ts';
import { mintUserToken, type UserPool } from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import type { PolicyResponse } from '../../../src/answer/respond.ts';
import { eventOf, type Headers, sent } from '../../cases/eventOf.ts';
import { type Answer, decisionOf, effectOf, harness, minted, now, otherSecret } from '../support/harness.ts';
import { jwksUri, jwtVariables, otherPool, pool, userWorld } from './support/users.ts';

type Variables = Record<string, string>;

const exp = now + 300;
const approov = (claims: object = {}) => minted({ did: 'device', ...claims });
const forged = minted({}, otherSecret);
const user = (claims: Record<string, unknown> = {}, from: UserPool = pool) =>
  mintUserToken(from, { sub: 'alice', exp: now + 200, claims });
const both = (approovToken: string, userToken: string) =>
  sent(approovToken, { Authorization: `Bearer ${userToken}` });
const good = both(approov(), user());
/** Both tokens, until this time. */
const until = (end: number) => both(approov({ exp: end }), user({ exp: end }));
const expiredUser = user({ exp: now });

const bound = { APPROOV_BINDING_HEADERS: 'Authorization' };
const thrown = { APPROOV_DENIAL: 'unauthorized' };
const reportOnly = { APPROOV_MODE: 'report-only' };

const policyOf = ({ response }: Answer) => response as PolicyResponse;
const endOf = (answer: Answer) =>
  policyOf(answer).policyDocument.Statement[0].Condition?.DateLessThan['aws:CurrentTime'];
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');
const shown = (answer: Answer) => [decisionOf(answer)?.decision, decisionOf(answer)?.reason];
const userContext = {
  user_sub: 'alice',
  user_exp: now + 200,
  user_scope: 'openid api/read',
  user_client_id: pool.clientId,
};

suite('the decision with a user', () => {
  test('both good: the user is the principal, and the backend gets both contexts', async () => {
    const answer = await userWorld().answer(good);
    assert.equal(policyOf(answer).principalId, 'alice');
    assert.deepEqual(policyOf(answer).context, {
      exp,
      did: 'device',
      ...userContext,
      binding: 'off',
      messageSignature: 'off',
      mode: 'enforce',
    });
  });

  test('a subject that would need escaping is a principal by its hash', async () => {
    const sub = 'auth0|"alice"';
    const { principalId, context } = policyOf(await userWorld().answer(both(approov(), user({ sub }))));
    assert.equal(principalId, `sha256:${hash('sha256', sub).slice(0, 32)}`);
    assert.equal(context.user_sub, '%22auth0|%5C%22alice%5C%22%22');
  });

  const ends: [
    name: string,
    approovExp: number,
    userExp: number,
    end: number,
    tolerances?: [string, string],
  ][] = [
    ['the user first', now + 300, now + 200, now + 200],
    ['the app first', now + 100, now + 200, now + 100],
    ['each with its tolerance', now + 100, now + 90, now + 105, ['5', '20']],
  ];
  for (const [name, approovExp, userExp, end, [app, login] = ['0', '0']] of ends) {
    test(`the Allow ends with the earlier token: ${name}`, async () => {
      const { answer } = userWorld({
        APPROOV_CLOCK_TOLERANCE_SECONDS: app,
        APPROOV_USER_CLOCK_TOLERANCE_SECONDS: login,
      });
      const headers = both(approov({ exp: approovExp }), user({ exp: userExp }));
      assert.equal(endOf(await answer(headers)), iso(end));
    });
  }

  const stolen = approov({ pay: tokenBinding(`Bearer ${user({ sub: 'bob' })}`) });
  const idToken = mintUserToken(pool, { use: 'id', sub: 'alice', exp });
  const refusals: [name: string, headers: Headers, expected: string, variables?: Variables][] = [
    ['no user', sent(approov()), 'user_token_missing'],
    ['an expired user', both(approov(), expiredUser), 'user_token_expired'],
    ['a user of another pool', both(approov(), user({}, otherPool)), 'user_key_unknown'],
    ['another client', both(approov(), user({ client_id: 'x' })), 'user_audience_mismatch'],
    ['an ID token', both(approov(), idToken), 'user_token_use_mismatch'],
    ['a bad app before a bad user', both(forged, 'junk'), 'signature_mismatch'],
    ['no app before no user', [], 'token_missing'],
    ["a stolen pair: one user's app with another's login", both(stolen, user()), 'binding_mismatch', bound],
    [
      'no message signature before a bad user',
      both(approov(), 'junk'),
      'message_signature_missing',
      { APPROOV_MESSAGE_SIGNING: 'install' },
    ],
  ];
  for (const [name, headers, expected, variables] of refusals) {
    test(`${name} is refused: ${expected}`, async () => {
      const denied = await userWorld(variables).answer(headers);
      assert.deepEqual(shown(denied), ['deny', expected]);
      assert.equal(effectOf(denied), 'Deny');
      assert.deepEqual(policyOf(denied).context, { reason: expected });
      const refused = await userWorld({ ...variables, ...thrown }).answer(headers);
      assert.equal(refused.error?.message, 'Unauthorized');
    });
  }

  for (const denial of ['policy', 'unauthorized']) {
    test(`a missing scope is a Deny, a 403, whatever the answer to refusals: ${denial}`, async () => {
      const { answer } = userWorld({ APPROOV_USER_SCOPES: 'api/write', APPROOV_DENIAL: denial });
      const denied = await answer(good);
      assert.equal(effectOf(denied), 'Deny');
      assert.deepEqual(policyOf(denied).context, { reason: 'user_scope_missing' });
    });
  }

  test('a bound pair that belongs together passes', async () => {
    const token = user();
    const headers = both(approov({ pay: tokenBinding(`Bearer ${token}`) }), token);
    assert.equal(effectOf(await userWorld(bound).answer(headers)), 'Allow');
  });

  test('users are not looked at when the check is off', async () => {
    const authorizer = harness({}, { fetchKeySet: () => assert.fail('keys were fetched') });
    const { principalId, context } = policyOf(await authorizer.answer(eventOf.rest(both(approov(), 'junk'))));
    assert.equal(principalId, 'device');
    assert.ok(Object.keys(context).every((name) => !name.startsWith('user_')));
  });

  test("no Approov claim passes for one of the user's", async () => {
    const { answer, lines } = userWorld({ APPROOV_CONTEXT_CLAIMS: 'exp,user_sub,user_admin' });
    assert.equal(lines.filter((line) => line.includes('never handed to the backend')).length, 2);
    const { context } = policyOf(await answer(both(approov({ user_sub: 'bob', user_admin: true }), user())));
    assert.deepEqual([context.user_sub, 'user_admin' in context], ['alice', false]);
  });

  test('an HTTP API that caches by the Approov token alone is a failure', async () => {
    const { answerEvent } = userWorld();
    const identitySource = good.map(([, value]) => value);
    assert.equal(effectOf(await answerEvent({ ...eventOf.http(good), identitySource })), 'Allow');
    const wrong = await answerEvent({ ...eventOf.http(good), identitySource: identitySource.slice(0, 1) });
    assert.match(String(wrong.error), /^Failure: identity_source_missing: /);
    assert.deepEqual(shown(wrong), ['error', 'identity_source_missing']);
  });

  test('over 4 KB, who the user is and both ends are never left out', async () => {
    const { answer } = userWorld({
      APPROOV_CONTEXT_CLAIMS: 'anno,exp,did',
      APPROOV_USER_CONTEXT_CLAIMS: 'groups,sub,exp,plan',
    });
    const sub = '\u0001'.repeat(255);
    const full = user({ sub, groups: ['g'.repeat(2000)], plan: 'p'.repeat(900) });
    const { context } = policyOf(await answer(both(approov({ anno: ['a'.repeat(2500)] }), full)));
    assert.equal(context.user_sub, `%22${'%5Cu0001'.repeat(255)}%22`);
    assert.deepEqual([context.exp, context.user_exp, context.did], [exp, now + 200, 'device']);
    assert.equal(context.omitted, 'anno,user_groups');
    assert.ok(Buffer.byteLength(JSON.stringify(context)) <= 4096);
  });

  test('no line holds the token or a claim of a user', async () => {
    const { answer, lines } = userWorld({ APPROOV_LOG_LEVEL: 'debug' });
    const token = user({ sub: 'alice-in-the-log' });
    await answer(both(approov(), token));
    await answer(both(approov(), `${token}x`));
    assert.ok(lines.length >= 3);
    for (const part of [...token.split('.'), 'alice-in-the-log', pool.clientId]) {
      assert.ok(!lines.join('').includes(part));
    }
  });
});

suite('report-only concerns Approov alone', () => {
  test('a bad app with a good user passes, as the user and until the login ends', async () => {
    const answer = await userWorld(reportOnly).answer(both(forged, user()));
    assert.equal(policyOf(answer).principalId, 'alice');
    assert.equal(endOf(answer), iso(now + 200));
    assert.deepEqual(policyOf(answer).context, {
      mode: 'report-only',
      verdict: 'would-deny',
      reason: 'signature_mismatch',
      ...userContext,
    });
    assert.equal(decisionOf(answer)?.decision, 'would-deny');
  });

  test("the context of such a request keeps to 4 KB, and to the user's name and end", async () => {
    const { answer } = userWorld({ ...reportOnly, APPROOV_USER_CONTEXT_CLAIMS: 'sub,exp,groups' });
    const { context } = policyOf(await answer(both(forged, user({ groups: ['g'.repeat(4100)] }))));
    assert.deepEqual(Object.keys(context), ['user_sub', 'user_exp', 'mode', 'verdict', 'reason', 'omitted']);
    assert.equal(context.omitted, 'user_groups');
  });

  for (const [name, app] of Object.entries({ good: sent(approov()), bad: sent(forged), missing: [] })) {
    test(`a bad user is refused, with an app that is ${name}`, async () => {
      const login = ['Authorization', `Bearer ${expiredUser}`] as const;
      const denied = await userWorld(reportOnly).answer([...app, login]);
      assert.equal(effectOf(denied), 'Deny');
      assert.deepEqual(shown(denied), ['deny', 'user_token_expired']);
      const refused = await userWorld({ ...reportOnly, ...thrown }).answer(app);
      assert.equal(refused.error?.message, 'Unauthorized');
    });
  }

  test('missing keys are a failure', async () => {
    const { answer, issuer } = userWorld(reportOnly);
    issuer.down.add(jwksUri(pool));
    await setImmediate();
    issuer.time.now += 8000;
    const failed = await answer(both(forged, user({ exp: issuer.time.now + 60 })));
    assert.match(String(failed.error), /^Failure: user_keys_unavailable: /);
    assert.equal(decisionOf(failed)?.decision, 'error');
  });

  test("a message signature that is only reported leaves the user's check as it is", async () => {
    const { answer } = userWorld({
      APPROOV_MESSAGE_SIGNING: 'install',
      APPROOV_MESSAGE_SIGNING_MODE: 'report-only',
    });
    const allowed = await answer(good);
    assert.equal(policyOf(allowed).principalId, 'alice');
    assert.equal(policyOf(allowed).context.messageSignature, 'refused');
    assert.equal(decisionOf(allowed)?.decision, 'would-deny');
    const denied = await answer(both(approov(), expiredUser));
    assert.equal(effectOf(denied), 'Deny');
    assert.deepEqual(shown(denied), ['deny', 'user_token_expired']);
  });

  test('both good: an ordinary Allow', async () => {
    const { context } = policyOf(await userWorld(reportOnly).answer(good));
    assert.deepEqual([context.verdict, context.mode], [undefined, 'report-only']);
  });
});

// How a key set is kept and fetched again is in keys/keySetCache.test.ts.
suite("the issuer's keys", () => {
  test('are fetched at the start, once, for any number of requests', async () => {
    const { issuer, decide } = userWorld();
    const decisions = await Promise.all(Array.from({ length: 20 }, () => decide(good)));
    assert.deepEqual(new Set(decisions), new Set(['allow']));
    assert.deepEqual(issuer.fetches, [`${pool.issuer}/.well-known/jwks.json`]);
  });

  test('are fetched from where the settings say', async () => {
    const { issuer } = userWorld({ APPROOV_USER_JWKS_URI: 'https://keys.example.com/a?b=c' });
    await setImmediate();
    assert.deepEqual(issuer.fetches, ['https://keys.example.com/a?b=c']);
  });

  test('are not fetched for an app that is refused', async () => {
    const { issuer, decide } = userWorld();
    await decide(good);
    issuer.time.now += 40;
    for (const app of [forged, '', 'junk', approov({ exp: now })]) {
      await decide(both(app, user({}, otherPool)));
    }
    assert.equal(issuer.fetches.length, 1);
  });

  test('serve for two hours while the issuer is out of reach, then it is a failure', async () => {
    const { issuer, decide, answer } = userWorld();
    const long = until(now + 90_000);
    assert.equal(await decide(long), 'allow');
    issuer.down.add(jwksUri(pool));
    for (const later of [3700, 7200]) {
      issuer.time.now = now + later;
      assert.equal(await decide(long), 'allow');
      await setImmediate();
    }
    const unknown = both(approov({ exp: now + 90_000 }), user({}, otherPool));
    assert.equal(await decide(unknown), 'user_keys_unavailable');
    issuer.time.now = now + 7201;
    assert.match(String((await answer(long)).error), /^Failure: user_keys_unavailable: /);
    issuer.down.clear();
    issuer.time.now += 61;
    assert.equal(await decide(long), 'allow');
  });

  test('are needed for a token verified before, too: a withdrawn one verifies nothing', async () => {
    const { issuer, decide } = userWorld();
    const headers = until(now + 9000);
    assert.equal(await decide(headers), 'allow');
    assert.equal(await decide(headers), 'allow');
    for (const [pools, expected] of [
      [[{ ...otherPool, kid: pool.kid }], 'user_signature_mismatch'],
      [[otherPool], 'user_key_unknown'],
    ] as const) {
      issuer.pools = [...pools];
      issuer.time.now += 3601;
      await decide(headers);
      await setImmediate();
      assert.equal(await decide(headers), expected);
    }
  });

  test('are not enough for a token verified before: its claims are checked with each request', async () => {
    const { issuer, decide } = userWorld();
    assert.equal(await decide(good), 'allow');
    issuer.time.now += 200;
    assert.equal(await decide(good), 'user_token_expired');
  });

  const symmetric = JSON.stringify({ keys: [{ kty: 'oct', kid: pool.kid, k: 'AAAA' }] });
  for (const keys of ['{"keys":[]}', 'junk', symmetric]) {
    test(`a set without a key that could serve is a failure: ${keys}`, async () => {
      const authorizer = harness(jwtVariables, { fetchKeySet: async () => keys });
      const answer = await authorizer.answer(eventOf.rest(good));
      assert.match(String(answer.error), /^Failure: user_keys_unavailable: /);
    });
  }
});
