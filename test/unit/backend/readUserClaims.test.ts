import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ReadUserClaimsOptions, readUserClaims } from '../../../src/backend.ts';

const now = 1_795_478_164;
const exp = now + 300;
const authorizedBy = (authorizer: unknown) => ({ requestContext: { authorizer } });
const ours = {
  user_sub: 'alice',
  user_exp: exp,
  user_scope: 'openid api/read',
  mode: 'enforce',
  exp: now + 60,
  did: 'd',
};
const expected = { sub: 'alice', exp, scope: 'openid api/read', scopes: ['openid', 'api/read'] };
const asText = (context: object) =>
  Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)]));

/** As an HTTP API's JWT authorizer hands an access token of Cognito on. */
const jwt = {
  claims: {
    sub: 'alice',
    exp: String(exp),
    iat: String(now),
    auth_time: String(now),
    client_id: 'app',
    token_use: 'access',
    scope: 'openid api/read',
    'cognito:groups': '[admin staff]',
  },
  scopes: ['api/read'],
};

/** As a REST API's Cognito authorizer hands an ID token on. */
const cognito = {
  sub: 'alice',
  aud: 'app',
  email_verified: 'true',
  token_use: 'id',
  auth_time: String(now),
  exp: 'Tue Nov 24 00:01:04 UTC 2026',
  iat: 'Mon Nov 23 23:56:04 UTC 2026',
  'cognito:groups': 'admin,staff',
};

suite('readUserClaims', () => {
  const readable: { name: string; event: unknown; expected: object; options?: object }[] = [
    {
      name: "this authorizer's, REST",
      event: authorizedBy({ ...asText(ours), principalId: 'alice' }),
      expected,
    },
    { name: "this authorizer's, HTTP 1.0", event: authorizedBy({ ...ours, principalId: 'alice' }), expected },
    { name: "this authorizer's, HTTP 2.0", event: authorizedBy({ lambda: ours }), expected },
    {
      name: "this authorizer's, of a request that report-only let through",
      event: authorizedBy({
        ...asText(ours),
        verdict: 'would-deny',
        reason: 'token_expired',
        mode: 'report-only',
      }),
      expected,
    },
    {
      name: "this authorizer's, with lists, an object and texts that need encoding",
      event: authorizedBy({
        lambda: {
          user_sub: '%22a%5C%22b%22',
          user_exp: exp,
          user_scp: '[%22a%22,%22b%22]',
          user_address: '{%22country%22:%22PT%22}',
          user_iss: 'https://issuer.example/100%25',
        },
      }),
      expected: {
        sub: 'a"b',
        exp,
        scp: ['a', 'b'],
        address: { country: 'PT' },
        iss: 'https://issuer.example/100%25',
        scopes: ['a', 'b'],
      },
    },
    {
      name: "this authorizer's, cached before an upgrade",
      event: authorizedBy({ lambda: { user_sub: 'alice', user_exp: exp, user_scp: '["a","b"]' } }),
      expected: { sub: 'alice', exp, scp: ['a', 'b'], scopes: ['a', 'b'] },
    },
    {
      name: "this authorizer's, a scope in brackets",
      event: authorizedBy({ lambda: { user_sub: 'alice', user_exp: exp, user_scope: '%22[a b]%22' } }),
      expected: { sub: 'alice', exp, scope: '[a b]', scopes: ['[a', 'b]'] },
    },
    {
      name: 'JWT authorizer, claims that look encoded',
      event: authorizedBy({
        jwt: { claims: { sub: '%22a%22', exp: String(exp), roles: '[%22a%22]', scope: '["a","b"]' } },
      }),
      expected: {
        sub: '%22a%22',
        exp,
        roles: '[%22a%22]',
        scope: '["a","b"]',
        scopes: ['"a","b"'],
      },
    },
    {
      name: 'JWT authorizer of a REST API, with JSON types',
      event: authorizedBy({
        principalId: 'alice',
        claims: {
          sub: 'alice',
          exp: exp + 0.5,
          iat: now,
          aud: ['a', 'b'],
          admin: true,
          scp: ['read', 'write'],
        },
      }),
      expected: {
        sub: 'alice',
        exp: exp + 0.5,
        iat: now,
        aud: ['a', 'b'],
        admin: true,
        scp: ['read', 'write'],
        scopes: ['read', 'write'],
      },
    },
    {
      name: 'no scope',
      event: authorizedBy({ lambda: { user_sub: 'alice', user_exp: exp } }),
      expected: { sub: 'alice', exp, scopes: [] },
    },
    {
      name: 'JWT authorizer, HTTP 2.0',
      event: authorizedBy({ jwt }),
      expected: { ...jwt.claims, exp, iat: now, auth_time: now, scopes: ['openid', 'api/read'] },
    },
    {
      name: 'JWT authorizer, HTTP 1.0',
      event: authorizedBy({ claims: jwt.claims, scopes: null }),
      expected: { ...jwt.claims, exp, iat: now, auth_time: now, scopes: ['openid', 'api/read'] },
    },
    {
      name: 'JWT authorizer, scp in its form of a list',
      event: authorizedBy({
        jwt: { claims: { sub: 'alice', exp: String(exp), scp: '[a b]' }, scopes: null },
      }),
      expected: { sub: 'alice', exp, scp: '[a b]', scopes: ['a', 'b'] },
    },
    {
      name: 'JWT authorizer, scopes without a claim',
      event: authorizedBy({ jwt: { claims: { sub: 'alice', exp: '1.795478464E9' }, scopes: ['a', '', 7] } }),
      expected: { sub: 'alice', exp, scopes: ['a'] },
    },
    {
      name: 'Cognito authorizer, with its dates',
      event: authorizedBy({ claims: cognito }),
      expected: { ...cognito, exp, iat: now, auth_time: now, scopes: [] },
    },
    {
      name: 'an expired token within the tolerance',
      event: authorizedBy({ lambda: ours }),
      options: { now: exp + 5, clockToleranceSeconds: 6 },
      expected,
    },
  ];
  for (const { name, event, options, expected } of readable) {
    test(name, () => assert.deepEqual(readUserClaims(event, { now, ...options }), expected));
  }

  test('the current time is taken when none is given', () => {
    const soon = Date.now() / 1000 + 60;
    assert.equal(readUserClaims(authorizedBy({ lambda: { ...ours, user_exp: soon } })).exp, soon);
    assert.throws(() => readUserClaims(authorizedBy({ lambda: { ...ours, user_exp: soon - 120 } })), {
      code: 'expired',
    });
  });

  const inherited = Object.create({ user_sub: 'alice', user_exp: exp });
  const absent: { name: string; event: unknown }[] = [
    ...[undefined, null, 'x', {}, { requestContext: null }, authorizedBy(undefined), authorizedBy('x')].map(
      (event) => ({ name: `no authorizer: ${JSON.stringify(event)}`, event }),
    ),
    {
      name: 'an authorizer that checks no user',
      event: authorizedBy({ lambda: { exp, sub: 'x', mode: 'enforce' } }),
    },
    {
      name: 'Approov claims beside it',
      event: authorizedBy({ exp, sub: 'x', mode: 'enforce', principalId: 'x' }),
    },
    { name: 'IAM', event: authorizedBy({ iam: { userId: 'x' } }) },
    { name: 'claims that are no object', event: authorizedBy({ claims: 'x' }) },
    { name: 'inherited claims', event: authorizedBy({ lambda: inherited }) },
    { name: 'no sub', event: authorizedBy({ lambda: { user_exp: exp } }) },
    { name: 'an empty sub', event: authorizedBy({ lambda: { ...ours, user_sub: '' } }) },
    { name: 'a sub that is no text', event: authorizedBy({ lambda: { ...ours, user_sub: 7 } }) },
    { name: 'no exp', event: authorizedBy({ jwt: { claims: { sub: 'alice' } } }) },
    ...[
      '',
      'never',
      'Infinity',
      'NaN',
      '1e400',
      'Tue Nov 24 05:41:04 CET 2026',
      'Tue Foo 24 05:41:04 UTC 2026',
      '2026-11-24',
      null,
      true,
      [exp],
      Number.NaN,
      Number.POSITIVE_INFINITY,
      exp * 1000,
      String(exp * 1000),
    ].map((value) => ({
      name: `exp ${JSON.stringify(value)}`,
      event: authorizedBy({ lambda: { ...ours, user_exp: value } }),
    })),
    { name: 'nbf that is no number', event: authorizedBy({ lambda: { ...ours, user_nbf: 'x' } }) },
  ];
  for (const { name, event } of absent) {
    test(`throws: ${name}`, () => {
      assert.throws(() => readUserClaims(event, { now }), {
        name: 'UserClaimsError',
        code: 'absent',
        message: 'no verified user in the event',
      });
    });
  }

  test('throws from `exp` on', () => {
    const event = authorizedBy({ claims: cognito });
    assert.equal(readUserClaims(event, { now: exp - 0.001 }).sub, 'alice');
    assert.throws(() => readUserClaims(event, { now: exp }), {
      name: 'UserClaimsError',
      code: 'expired',
      message: "the user's token has expired",
    });
  });

  const misuses = [
    ...['now', 'clockToleranceSeconds'].flatMap((name) =>
      [Number.NaN, Number.POSITIVE_INFINITY, '1', null].map((value) => ({
        options: { [name]: value },
        message: `${name} must be a finite number of seconds`,
      })),
    ),
    ...[null, 5, 'x'].map((options) => ({ options, message: 'options must be an object' })),
  ];
  for (const { options, message } of misuses) {
    test(`names a wrong option, although the claims are good: ${JSON.stringify(options)}`, () => {
      const event = authorizedBy({ lambda: ours });
      const given = options as ReadUserClaimsOptions;
      assert.throws(() => readUserClaims(event, given), { name: 'TypeError', message });
    });
  }

  test('takes own properties alone, of the options and of the event', () => {
    const expired = authorizedBy({ lambda: { ...ours, user_exp: now - 5 } });
    const options = Object.create({ now: 0, clockToleranceSeconds: 60 });
    assert.throws(() => readUserClaims(expired, options), { code: 'expired' });
    const inherited: [event: unknown, polluted: object, options: object | undefined, code: string][] = [
      [expired, { clockToleranceSeconds: 60, now: 0 }, undefined, 'expired'],
      [expired, { clockToleranceSeconds: 60 }, { now }, 'expired'],
      [{}, authorizedBy({ lambda: ours }), { now }, 'absent'],
      [authorizedBy({}), { lambda: ours }, { now }, 'absent'],
      [authorizedBy({}), { claims: cognito }, { now }, 'absent'],
      [authorizedBy({ jwt: {} }), { claims: cognito }, { now }, 'absent'],
      [authorizedBy({ lambda: {} }), ours, { now }, 'absent'],
      [authorizedBy({ claims: {} }), { sub: 'alice', exp }, { now }, 'absent'],
    ];
    for (const [event, polluted, options, code] of inherited) {
      Object.assign(Object.prototype, polluted);
      try {
        assert.throws(() => readUserClaims(event, options), { code });
      } finally {
        for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
      }
    }
  });
});
