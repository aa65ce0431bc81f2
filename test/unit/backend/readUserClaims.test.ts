import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ReadUserClaimsOptions, readUserClaims } from '../../../src/backend.ts';
import { polluted } from '../../support/polluted.ts';

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

/** As this authorizer hands a user on, HTTP 2.0; and as a JWT authorizer does. */
const byUs = (lambda: object) => authorizedBy({ lambda });
const byJwt = (claims: object, scopes: unknown = null) => authorizedBy({ jwt: { claims, scopes } });

suite('readUserClaims', () => {
  const alice = { user_sub: 'alice', user_exp: exp };
  const aliceJwt = { sub: 'alice', exp: String(exp) };
  const read = { sub: 'alice', exp };
  const ofJwt = { ...jwt.claims, exp, iat: now, auth_time: now, scopes: ['openid', 'api/read'] };
  const reported = { ...asText(ours), verdict: 'would-deny', reason: 'token_expired', mode: 'report-only' };
  const encoded = {
    user_sub: '%22a%5C%22b%22',
    user_exp: exp,
    user_scp: '[%22a%22,%22b%22]',
    user_address: '{%22country%22:%22PT%22}',
    user_iss: 'https://issuer.example/100%25',
  };
  const decoded = {
    sub: 'a"b',
    exp,
    scp: ['a', 'b'],
    address: { country: 'PT' },
    iss: 'https://issuer.example/100%25',
    scopes: ['a', 'b'],
  };
  const encodedJwt = { sub: '%22a%22', roles: '[%22a%22]', scope: '["a","b"]' };
  const typed = {
    sub: 'alice',
    exp: exp + 0.5,
    iat: now,
    aud: ['a', 'b'],
    admin: true,
    scp: ['read', 'write'],
  };
  const later = { now: exp + 5, clockToleranceSeconds: 6 };
  const readable: [name: string, event: unknown, expected: object, options?: object][] = [
    ["this authorizer's, REST", authorizedBy({ ...asText(ours), principalId: 'alice' }), expected],
    ["this authorizer's, HTTP 1.0", authorizedBy({ ...ours, principalId: 'alice' }), expected],
    ["this authorizer's, HTTP 2.0", byUs(ours), expected],
    ["this authorizer's, of a request that report-only let through", authorizedBy(reported), expected],
    ["this authorizer's, with lists, an object and texts that need encoding", byUs(encoded), decoded],
    [
      "this authorizer's, cached before an upgrade",
      byUs({ ...alice, user_scp: '["a","b"]' }),
      { ...read, scp: ['a', 'b'], scopes: ['a', 'b'] },
    ],
    [
      "this authorizer's, a scope in brackets",
      byUs({ ...alice, user_scope: '%22[a b]%22' }),
      { ...read, scope: '[a b]', scopes: ['[a', 'b]'] },
    ],
    [
      'JWT authorizer, claims that look encoded',
      byJwt({ ...aliceJwt, ...encodedJwt }),
      { exp, ...encodedJwt, scopes: ['"a","b"'] },
    ],
    [
      'JWT authorizer of a REST API, with JSON types',
      authorizedBy({ principalId: 'alice', claims: typed }),
      { ...typed, scopes: ['read', 'write'] },
    ],
    ['no scope', byUs(alice), { ...read, scopes: [] }],
    ['JWT authorizer, HTTP 2.0', authorizedBy({ jwt }), ofJwt],
    ['JWT authorizer, HTTP 1.0', authorizedBy({ claims: jwt.claims, scopes: null }), ofJwt],
    [
      'JWT authorizer, scp in its form of a list',
      byJwt({ ...aliceJwt, scp: '[a b]' }),
      { ...read, scp: '[a b]', scopes: ['a', 'b'] },
    ],
    [
      'JWT authorizer, scopes without a claim',
      byJwt({ sub: 'alice', exp: '1.795478464E9' }, ['a', '', 7]),
      { ...read, scopes: ['a'] },
    ],
    [
      'Cognito authorizer, with its dates',
      authorizedBy({ claims: cognito }),
      { ...cognito, exp, iat: now, auth_time: now, scopes: [] },
    ],
    ['an expired token within the tolerance', byUs(ours), expected, later],
  ];
  for (const [name, event, expected, options] of readable) {
    test(name, () => assert.deepEqual(readUserClaims(event, { now, ...options }), expected));
  }

  test('the current time is taken when none is given', () => {
    const soon = Date.now() / 1000 + 60;
    assert.equal(readUserClaims(byUs({ ...ours, user_exp: soon })).exp, soon);
    assert.throws(() => readUserClaims(byUs({ ...ours, user_exp: soon - 120 })), { code: 'expired' });
  });

  const inherited = Object.create({ user_sub: 'alice', user_exp: exp });
  const noUser = [
    undefined,
    null,
    'x',
    {},
    { requestContext: null },
    authorizedBy(undefined),
    authorizedBy('x'),
  ];
  const noEnds = [
    ...[
      '',
      'never',
      'Infinity',
      'NaN',
      '1e400',
      '2026-11-24',
      String(exp * 1000),
      exp * 1000,
      null,
      true,
      [exp],
    ],
    ...['Tue Nov 24 05:41:04 CET 2026', 'Tue Foo 24 05:41:04 UTC 2026', Number.NaN, Number.POSITIVE_INFINITY],
  ];
  const absent: [name: string, event: unknown][] = [
    ...noUser.map((event): [string, unknown] => [`no authorizer: ${JSON.stringify(event)}`, event]),
    ['an authorizer that checks no user', byUs({ exp, sub: 'x', mode: 'enforce' })],
    ["Approov's claims alone", authorizedBy({ exp, sub: 'x', mode: 'enforce', principalId: 'x' })],
    ['IAM', authorizedBy({ iam: { userId: 'x' } })],
    ['claims that are not an object', authorizedBy({ claims: 'x' })],
    ['inherited claims', byUs(inherited)],
    ['no sub', byUs({ user_exp: exp })],
    ['an empty sub', byUs({ ...ours, user_sub: '' })],
    ['a sub that is not text', byUs({ ...ours, user_sub: 7 })],
    ['no exp', byJwt({ sub: 'alice' })],
    ...noEnds.map((value): [string, unknown] => [
      `exp ${JSON.stringify(value)}`,
      byUs({ ...ours, user_exp: value }),
    ]),
    ['nbf that is not a number', byUs({ ...ours, user_nbf: 'x' })],
  ];
  for (const [name, event] of absent) {
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
      const event = byUs(ours);
      const given = options as ReadUserClaimsOptions;
      assert.throws(() => readUserClaims(event, given), { name: 'TypeError', message });
    });
  }

  test('takes own properties alone, of the options and of the event', () => {
    const expired = authorizedBy({ lambda: { ...ours, user_exp: now - 5 } });
    const options = Object.create({ now: 0, clockToleranceSeconds: 60 });
    assert.throws(() => readUserClaims(expired, options), { code: 'expired' });
    const inherited: [event: unknown, properties: object, options: object | undefined, code: string][] = [
      [expired, { clockToleranceSeconds: 60, now: 0 }, undefined, 'expired'],
      [expired, { clockToleranceSeconds: 60 }, { now }, 'expired'],
      [{}, byUs(ours), { now }, 'absent'],
      [authorizedBy({}), { lambda: ours }, { now }, 'absent'],
      [authorizedBy({}), { claims: cognito }, { now }, 'absent'],
      [authorizedBy({ jwt: {} }), { claims: cognito }, { now }, 'absent'],
      [authorizedBy({ lambda: {} }), ours, { now }, 'absent'],
      [authorizedBy({ claims: {} }), { sub: 'alice', exp }, { now }, 'absent'],
    ];
    for (const [event, properties, given, code] of inherited) {
      polluted(properties, () => assert.throws(() => readUserClaims(event, given), { code }));
    }
  });
});
