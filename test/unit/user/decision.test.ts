import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { mintToken, tokenBinding } from '../../../infra/tools/approov/mint.ts';
import {
  mintUserToken,
  poolJwk,
  type UserPool,
} from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import type { PolicyResponse } from '../../../src/answer/respond.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { type Answer, decisionOf, effectOf, harness, now, secret } from '../support/harness.ts';
import { otherPool, pool } from './support/users.ts';

type Headers = [name: string, value: string][];

const exp = now + 300;
const approov = (claims: object = {}, key: Uint8Array = secret) =>
  mintToken({ claims: { exp, did: 'device', ...claims }, key });
const user = (claims: object = {}, from: UserPool = pool) =>
  mintUserToken(from, { sub: 'alice', exp: now + 200, claims: claims as Record<string, unknown> });
const forged = approov({}, Buffer.alloc(64, 'forger'));
const sent = (approovToken: string | undefined, userToken: string | undefined): Headers => [
  ...(approovToken === undefined ? [] : [['Approov-Token', approovToken] as Headers[number]]),
  ...(userToken === undefined ? [] : [['Authorization', `Bearer ${userToken}`] as Headers[number]]),
];
const jwt = {
  APPROOV_USER_AUTH: 'jwt',
  APPROOV_USER_ISSUER: pool.issuer,
  APPROOV_USER_AUDIENCE: pool.clientId,
};

/** An authorizer that checks users, the issuer's keys, and how often they were fetched. */
function world(variables: Record<string, string> = {}, denial = 'policy') {
  const issuer = { pools: [pool] as UserPool[], isThere: true, fetches: [] as string[], now };
  const authorizer = harness(
    { ...jwt, APPROOV_DENIAL: denial, ...variables },
    undefined,
    () => issuer.now * 1000,
    undefined,
    async (uri) => {
      issuer.fetches.push(uri);
      if (!issuer.isThere) throw new Error('down');
      return JSON.stringify({ keys: issuer.pools.map(poolJwk) });
    },
  );
  const outcome = (answer: Answer) => decisionOf(answer)?.reason ?? decisionOf(answer)?.decision;
  return {
    issuer,
    lines: authorizer.lines,
    answer: (headers: Headers) => authorizer.answer(eventOf.rest(headers)),
    answerEvent: authorizer.answer,
    /** The reason, or the decision when there is none. */
    decide: async (headers: Headers) => outcome(await authorizer.answer(eventOf.rest(headers))),
  };
}

const policyOf = ({ response }: Answer) => response as PolicyResponse;
const endOf = (answer: Answer) =>
  policyOf(answer).policyDocument.Statement[0].Condition?.DateLessThan['aws:CurrentTime'];
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');

suite('the decision with a user', () => {
  test('both good: the user is the principal, and the backend gets both contexts', async () => {
    const answer = await world().answer(sent(approov(), user()));
    assert.equal(policyOf(answer).principalId, 'alice');
    assert.deepEqual(policyOf(answer).context, {
      exp,
      did: 'device',
      user_sub: 'alice',
      user_exp: now + 200,
      user_scope: 'openid api/read',
      user_client_id: pool.clientId,
      binding: 'off',
      messageSignature: 'off',
      mode: 'enforce',
    });
  });

  test('a subject that would need escaping is a principal by its hash', async () => {
    const sub = 'auth0|"alice"';
    const { principalId, context } = policyOf(await world().answer(sent(approov(), user({ sub }))));
    assert.equal(principalId, `sha256:${hash('sha256', sub).slice(0, 32)}`);
    assert.equal(context.user_sub, '%22auth0|%5C%22alice%5C%22%22');
  });

  const ends = [
    { name: 'the user first', approovExp: now + 300, userExp: now + 200, end: now + 200 },
    { name: 'the app first', approovExp: now + 100, userExp: now + 200, end: now + 100 },
    {
      name: 'each with its tolerance',
      approovExp: now + 100,
      userExp: now + 90,
      tolerances: ['5', '20'],
      end: now + 105,
    },
  ];
  for (const { name, approovExp, userExp, tolerances = ['0', '0'], end } of ends) {
    test(`the Allow ends with the earlier token: ${name}`, async () => {
      const { answer } = world({
        APPROOV_CLOCK_TOLERANCE_SECONDS: tolerances[0] as string,
        APPROOV_USER_CLOCK_TOLERANCE_SECONDS: tolerances[1] as string,
      });
      assert.equal(endOf(await answer(sent(approov({ exp: approovExp }), user({ exp: userExp })))), iso(end));
    });
  }

  const refusals: { name: string; headers: Headers; variables?: Record<string, string>; expected: string }[] =
    [
      { name: 'no user', headers: sent(approov(), undefined), expected: 'user_token_missing' },
      {
        name: 'an expired user',
        headers: sent(approov(), user({ exp: now })),
        expected: 'user_token_expired',
      },
      {
        name: 'a user of another pool',
        headers: sent(approov(), user({}, otherPool)),
        expected: 'user_key_unknown',
      },
      {
        name: 'another client',
        headers: sent(approov(), user({ client_id: 'x' })),
        expected: 'user_audience_mismatch',
      },
      {
        name: 'an ID token',
        headers: sent(approov(), mintUserToken(pool, { use: 'id', sub: 'alice', exp })),
        expected: 'user_token_use_mismatch',
      },
      { name: 'a bad app before a bad user', headers: sent(forged, 'junk'), expected: 'signature_mismatch' },
      { name: 'no app before no user', headers: [], expected: 'token_missing' },
      {
        name: "a stolen pair: the app of one user with another's login",
        headers: sent(approov({ pay: tokenBinding(`Bearer ${user({ sub: 'bob' })}`) }), user()),
        variables: { APPROOV_BINDING_HEADERS: 'Authorization' },
        expected: 'binding_mismatch',
      },
      {
        name: 'no message signature before a bad user',
        headers: sent(approov(), 'junk'),
        variables: { APPROOV_MESSAGE_SIGNING: 'install' },
        expected: 'message_signature_missing',
      },
    ];
  for (const { name, headers, variables, expected } of refusals) {
    test(`${name} is refused: ${expected}`, async () => {
      const denied = await world(variables).answer(headers);
      assert.equal(decisionOf(denied)?.reason, expected);
      assert.equal(decisionOf(denied)?.decision, 'deny');
      assert.equal(effectOf(denied), 'Deny');
      assert.deepEqual(policyOf(denied).context, { reason: expected });
      const thrown = await world(variables, 'unauthorized').answer(headers);
      assert.equal(thrown.error?.message, 'Unauthorized');
    });
  }

  for (const denial of ['policy', 'unauthorized']) {
    test(`a missing scope is a Deny, a 403, whatever the answer to refusals: ${denial}`, async () => {
      const { answer } = world({ APPROOV_USER_SCOPES: 'api/write' }, denial);
      const denied = await answer(sent(approov(), user()));
      assert.equal(effectOf(denied), 'Deny');
      assert.deepEqual(policyOf(denied).context, { reason: 'user_scope_missing' });
    });
  }

  test('a bound pair that belongs together passes', async () => {
    const token = user();
    const { answer } = world({ APPROOV_BINDING_HEADERS: 'Authorization' });
    assert.equal(
      effectOf(await answer(sent(approov({ pay: tokenBinding(`Bearer ${token}`) }), token))),
      'Allow',
    );
  });

  test('users are not looked at when the check is off', async () => {
    const authorizer = harness({}, undefined, undefined, undefined, () => assert.fail('keys were fetched'));
    const answer = await authorizer.answer(eventOf.rest(sent(approov(), 'junk')));
    assert.equal(policyOf(answer).principalId, 'device');
    assert.ok(Object.keys(policyOf(answer).context).every((name) => !name.startsWith('user_')));
  });

  test('no Approov claim passes for one of the user', async () => {
    const { answer, lines } = world({ APPROOV_CONTEXT_CLAIMS: 'exp,user_sub,user_admin' });
    assert.equal(lines.filter((line) => line.includes('never handed to the backend')).length, 2);
    const { context } = policyOf(await answer(sent(approov({ user_sub: 'bob', user_admin: true }), user())));
    assert.equal(context.user_sub, 'alice');
    assert.equal('user_admin' in context, false);
  });

  test('an HTTP API that caches by the Approov token alone is a failure', async () => {
    const headers = sent(approov(), user());
    const { answerEvent } = world();
    const identitySource = headers.map(([, value]) => value);
    assert.equal(effectOf(await answerEvent({ ...eventOf.http(headers), identitySource })), 'Allow');
    const wrong = await answerEvent({ ...eventOf.http(headers), identitySource: identitySource.slice(0, 1) });
    assert.match(String(wrong.error), /^Failure: identity_source_missing: /);
    assert.deepEqual(
      [decisionOf(wrong)?.decision, decisionOf(wrong)?.reason],
      ['error', 'identity_source_missing'],
    );
  });

  test('over 4 KB, who the user is and both ends are never left out', async () => {
    const { answer } = world({
      APPROOV_CONTEXT_CLAIMS: 'anno,exp,did',
      APPROOV_USER_CONTEXT_CLAIMS: 'groups,sub,exp,plan',
    });
    const sub = '\u0001'.repeat(255);
    const full = user({ sub, groups: ['g'.repeat(2000)], plan: 'p'.repeat(900) });
    const { context } = policyOf(await answer(sent(approov({ anno: ['a'.repeat(2500)] }), full)));
    assert.equal(context.user_sub, `%22${'%5Cu0001'.repeat(255)}%22`);
    assert.deepEqual([context.exp, context.user_exp, context.did], [exp, now + 200, 'device']);
    assert.equal(context.omitted, 'anno,user_groups');
    assert.ok(Buffer.byteLength(JSON.stringify(context)) <= 4096);
  });

  test('no line holds the token or a claim of a user', async () => {
    const { answer, lines } = world({ APPROOV_LOG_LEVEL: 'debug' });
    const token = user({ sub: 'alice-in-the-log' });
    await answer(sent(approov(), token));
    await answer(sent(approov(), `${token}x`));
    const text = lines.join('');
    assert.ok(lines.length >= 3);
    for (const part of [...token.split('.'), 'alice-in-the-log', pool.clientId])
      assert.ok(!text.includes(part));
  });
});

suite('report-only concerns Approov alone', () => {
  const reportOnly = { APPROOV_MODE: 'report-only' };

  test('a bad app with a good user passes, as the user and until the login ends', async () => {
    const answer = await world(reportOnly).answer(sent(forged, user()));
    assert.equal(policyOf(answer).principalId, 'alice');
    assert.equal(endOf(answer), iso(now + 200));
    assert.deepEqual(policyOf(answer).context, {
      mode: 'report-only',
      verdict: 'would-deny',
      reason: 'signature_mismatch',
      user_sub: 'alice',
      user_exp: now + 200,
      user_scope: 'openid api/read',
      user_client_id: pool.clientId,
    });
    assert.equal(decisionOf(answer)?.decision, 'would-deny');
  });

  test("the context of such a request keeps to 4 KB, and to the user's name and end", async () => {
    const { answer } = world({ ...reportOnly, APPROOV_USER_CONTEXT_CLAIMS: 'sub,exp,groups' });
    const { context } = policyOf(await answer(sent(forged, user({ groups: ['g'.repeat(4100)] }))));
    assert.deepEqual(Object.keys(context), ['user_sub', 'user_exp', 'mode', 'verdict', 'reason', 'omitted']);
    assert.equal(context.omitted, 'user_groups');
  });

  for (const [name, approovToken] of [
    ['good', approov()],
    ['bad', forged],
    ['missing', undefined],
  ] as const) {
    test(`a bad user is refused, beside an app that is ${name}`, async () => {
      const denied = await world(reportOnly).answer(sent(approovToken, user({ exp: now })));
      assert.equal(effectOf(denied), 'Deny');
      assert.deepEqual(
        [decisionOf(denied)?.decision, decisionOf(denied)?.reason],
        ['deny', 'user_token_expired'],
      );
      const thrown = await world(reportOnly, 'unauthorized').answer(sent(approovToken, undefined));
      assert.equal(thrown.error?.message, 'Unauthorized');
    });
  }

  test('missing keys are a failure', async () => {
    const { answer, issuer } = world(reportOnly);
    issuer.isThere = false;
    await setImmediate();
    issuer.now += 8000;
    const answerThen = await answer(sent(forged, user({ exp: issuer.now + 60 })));
    assert.match(String(answerThen.error), /^Failure: user_keys_unavailable: /);
    assert.equal(decisionOf(answerThen)?.decision, 'error');
  });

  test("a message signature that is only reported leaves the user's check as it is", async () => {
    const reported = { APPROOV_MESSAGE_SIGNING: 'install', APPROOV_MESSAGE_SIGNING_MODE: 'report-only' };
    const allowed = await world(reported).answer(sent(approov(), user()));
    assert.equal(policyOf(allowed).principalId, 'alice');
    assert.equal(policyOf(allowed).context.messageSignature, 'refused');
    assert.equal(decisionOf(allowed)?.decision, 'would-deny');
    const denied = await world(reported).answer(sent(approov(), user({ exp: now })));
    assert.equal(effectOf(denied), 'Deny');
    assert.deepEqual(
      [decisionOf(denied)?.decision, decisionOf(denied)?.reason],
      ['deny', 'user_token_expired'],
    );
  });

  test('both good: an ordinary Allow', async () => {
    const answer = await world(reportOnly).answer(sent(approov(), user()));
    assert.equal(policyOf(answer).context.verdict, undefined);
    assert.equal(policyOf(answer).context.mode, 'report-only');
  });
});

suite("the issuer's keys", () => {
  test('are fetched at the start, once, for any number of requests', async () => {
    const { issuer, decide } = world();
    const decisions = await Promise.all(Array.from({ length: 20 }, () => decide(sent(approov(), user()))));
    assert.deepEqual(new Set(decisions), new Set(['allow']));
    assert.deepEqual(issuer.fetches, [`${pool.issuer}/.well-known/jwks.json`]);
  });

  test('are fetched from where the settings say', async () => {
    const { issuer } = world({ APPROOV_USER_JWKS_URI: 'https://keys.example.com/a?b=c' });
    await setImmediate();
    assert.deepEqual(issuer.fetches, ['https://keys.example.com/a?b=c']);
  });

  test('are not fetched for an app that is refused', async () => {
    const { issuer, decide } = world();
    await decide(sent(approov(), user()));
    for (const approovToken of [forged, undefined, 'junk', approov({ exp: now })]) {
      await decide(sent(approovToken, user({}, otherPool)));
    }
    assert.equal(issuer.fetches.length, 1);
  });

  test('are fetched for an unknown kid, at most once in 30 s, and for none at all not even that', async () => {
    const { issuer, decide } = world();
    await decide(sent(approov(), user()));
    issuer.now += 1;
    const unknown = sent(approov(), user({}, otherPool));
    const flood = await Promise.all(Array.from({ length: 20 }, () => decide(unknown)));
    assert.deepEqual(new Set(flood), new Set(['user_key_unknown']));
    assert.equal(issuer.fetches.length, 2);
    issuer.now += 29;
    await decide(unknown);
    assert.equal(issuer.fetches.length, 2);
    issuer.now += 1;
    const noKid = mintToken({ claims: {}, header: { alg: 'RS256' }, algorithm: 'RS256', key: pool.key });
    assert.equal(await decide(sent(approov(), noKid)), 'user_key_unknown');
    assert.equal(issuer.fetches.length, 2);
    assert.equal(await decide(unknown), 'user_key_unknown');
    assert.equal(issuer.fetches.length, 3);
  });

  test('a new one is known at once', async () => {
    const { issuer, decide } = world();
    await decide(sent(approov(), user()));
    issuer.now += 1;
    const next: UserPool = { ...otherPool, issuer: pool.issuer, clientId: pool.clientId };
    issuer.pools = [pool, next];
    assert.equal(await decide(sent(approov(), user({}, next))), 'allow');
    assert.equal(issuer.fetches.length, 2);
  });

  test('are fetched again in the background when their time is over', async () => {
    const { issuer, decide } = world();
    await decide(sent(approov(), user()));
    issuer.now += 3601;
    const long = sent(approov({ exp: issuer.now + 60 }), user({ exp: issuer.now + 60 }));
    issuer.pools = [];
    assert.equal(await decide(long), 'allow');
    assert.equal(issuer.fetches.length, 2);
    await setImmediate();
    assert.equal(await decide(long), 'allow', 'an empty set replaces no good one');
  });

  test('an outage of the provider refuses nobody: the last keys serve for two hours, then it is a failure', async () => {
    const { issuer, decide, answer } = world();
    const long = sent(approov({ exp: now + 90_000 }), user({ exp: now + 90_000 }));
    assert.equal(await decide(long), 'allow');
    issuer.isThere = false;
    for (const later of [3700, 7200]) {
      issuer.now = now + later;
      assert.equal(await decide(long), 'allow');
      await setImmediate();
    }
    assert.equal(
      await decide(sent(approov({ exp: now + 90_000 }), user({}, otherPool))),
      'user_keys_unavailable',
    );
    issuer.now = now + 7201;
    const failed = await answer(long);
    assert.match(String(failed.error), /^Failure: user_keys_unavailable: /);
    issuer.isThere = true;
    issuer.now += 61;
    assert.equal(await decide(long), 'allow');
  });

  test('of a token verified before are needed all the same: a withdrawn one verifies nothing', async () => {
    const { issuer, decide } = world();
    const headers = sent(approov({ exp: now + 9000 }), user({ exp: now + 9000 }));
    assert.equal(await decide(headers), 'allow');
    assert.equal(await decide(headers), 'allow');
    issuer.pools = [{ ...otherPool, kid: pool.kid }];
    issuer.now += 3601;
    await decide(headers);
    await setImmediate();
    assert.equal(await decide(headers), 'user_signature_mismatch', 'another key with the same kid');
    issuer.pools = [otherPool];
    issuer.now += 3601;
    await decide(headers);
    await setImmediate();
    assert.equal(await decide(headers), 'user_key_unknown');
  });

  test('are not enough for a token verified before: its claims are checked with each request', async () => {
    const { issuer, decide } = world();
    const headers = sent(approov(), user());
    assert.equal(await decide(headers), 'allow');
    issuer.now += 200;
    assert.equal(await decide(headers), 'user_token_expired');
  });

  for (const keys of [
    '{"keys":[]}',
    'junk',
    JSON.stringify({ keys: [{ kty: 'oct', kid: pool.kid, k: 'AAAA' }] }),
  ]) {
    test(`a set without a key that could serve is a failure: ${keys}`, async () => {
      const authorizer = harness(jwt, undefined, undefined, undefined, async () => keys);
      const answer = await authorizer.answer(eventOf.rest(sent(approov(), user())));
      assert.match(String(answer.error), /^Failure: user_keys_unavailable: /);
    });
  }
});
