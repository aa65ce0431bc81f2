import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { suite, test } from 'node:test';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import {
  mintUserToken,
  newUserPool,
  type UserPool,
  userTokenClaims,
} from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import { refusalReasons } from '../../../src/errors.ts';
import { asymmetricAlgorithms } from '../../../src/token/algorithms.ts';
import type { JwtUserCheckSettings } from '../../../src/user/jwtUserCheck.ts';
import { now } from '../support/harness.ts';
import { otherPool, pool, requestWith, userCheck } from './support/users.ts';

type Headers = [name: string, value: string][];

/** A request, and what comes of it. */
interface UserCase {
  readonly name: string;
  readonly headers: Headers;
  readonly settings?: Partial<JwtUserCheckSettings>;
  /** The refusal's reason, or `allow`. */
  readonly expected: string;
}

const exp = now + 300;
const bearer = (token: string): Headers => [['Authorization', `Bearer ${token}`]];
const access = (claims: object = {}) =>
  mintUserToken(pool, { sub: 'alice', exp, claims: claims as Record<string, unknown> });
const good = access();
const [h, p, s] = good.split('.') as [string, string, string];

/** A token of the pool with another header. */
const headed = (header: object | string, claims: object = userTokenClaims(pool, { sub: 'alice', exp })) =>
  mintToken({ claims, header, algorithm: 'RS256', key: pool.key });
const withHeader = (members: object) => headed(JSON.stringify({ alg: 'RS256', kid: pool.kid, ...members }));

/** A token whose payload is exactly this. */
const paid = (claims: object | string) =>
  mintToken({
    claims,
    header: JSON.stringify({ alg: 'RS256', kid: pool.kid }),
    algorithm: 'RS256',
    key: pool.key,
  });
const claimsCase = (
  name: string,
  claims: Record<string, unknown>,
  expected: string,
  settings: Partial<JwtUserCheckSettings> = {},
): UserCase => ({ name, headers: bearer(access(claims)), settings, expected });

const publicPem = createPublicKey(pool.key).export({ type: 'spki', format: 'pem' });

const cases: UserCase[] = [
  { name: 'a good access token', headers: bearer(good), expected: 'allow' },
  { name: 'the token without Bearer', headers: [['Authorization', good]], expected: 'allow' },
  { name: 'bearer in lower case', headers: [['authorization', `bearer ${good}`]], expected: 'allow' },
  { name: 'BEARER and two spaces', headers: [['AUTHORIZATION', `BEARER  ${good}`]], expected: 'allow' },
  {
    name: 'another header, when configured',
    headers: [['X-User', good]],
    settings: { userHeader: 'x-user' },
    expected: 'allow',
  },
  { name: 'no header', headers: [], expected: 'user_token_missing' },
  { name: 'an empty header', headers: [['Authorization', '']], expected: 'user_token_missing' },
  { name: 'a blank header', headers: [['Authorization', '  ']], expected: 'user_token_missing' },
  { name: 'Bearer alone', headers: [['Authorization', 'Bearer ']], expected: 'user_token_missing' },
  {
    name: 'two tokens',
    headers: [...bearer(good), ...bearer(access())],
    expected: 'user_token_ambiguous',
  },
  {
    name: 'the same token twice',
    headers: [...bearer(good), ...bearer(good)],
    expected: 'user_token_ambiguous',
  },
  { name: 'a comma', headers: bearer(`${good},`), expected: 'user_token_ambiguous' },
  { name: 'another scheme', headers: [['Authorization', 'Basic YTpi']], expected: 'user_token_malformed' },
  {
    name: 'Bearer without a space',
    headers: [['Authorization', `Bearer${good}`]],
    expected: 'user_token_malformed',
  },
  { name: 'junk', headers: bearer('junk'), expected: 'user_token_malformed' },
  { name: 'padding', headers: bearer(`${good}=`), expected: 'user_token_malformed' },
  { name: 'five parts', headers: bearer(`${good}.a.b`), expected: 'user_token_malformed' },
  {
    name: 'a token too long',
    headers: bearer(access({ long: 'x'.repeat(6000) })),
    expected: 'user_token_malformed',
  },
  { name: 'crit', headers: bearer(withHeader({ crit: ['exp'] })), expected: 'user_token_malformed' },
  { name: 'b64', headers: bearer(withHeader({ b64: true })), expected: 'user_token_malformed' },
  { name: 'a payload that is a list', headers: bearer(paid('[]')), expected: 'user_token_malformed' },
  {
    name: 'alg none',
    headers: bearer(mintToken({ claims: {}, header: { kid: pool.kid }, algorithm: 'none' })),
    expected: 'user_algorithm_not_allowed',
  },
  {
    name: 'alg none in other casing, with a signature',
    headers: bearer(`${Buffer.from(`{"alg":"nOnE","kid":"${pool.kid}"}`).toString('base64url')}.${p}.${s}`),
    expected: 'user_algorithm_not_allowed',
  },
  {
    name: 'HS256 keyed with the public key',
    headers: bearer(
      mintToken({
        claims: userTokenClaims(pool, { sub: 'alice', exp }),
        header: { kid: pool.kid },
        key: Buffer.from(publicPem),
      }),
    ),
    expected: 'user_algorithm_not_allowed',
  },
  {
    name: 'RS512, which the settings leave out',
    headers: bearer(mintUserToken({ ...pool, algorithm: 'RS512' }, { sub: 'alice', exp })),
    expected: 'user_algorithm_not_allowed',
  },
  {
    name: 'no typ, when one is wanted',
    headers: bearer(good),
    settings: { userTokenType: 'at+jwt' },
    expected: 'user_token_type_mismatch',
  },
  {
    name: 'typ JWT, when at+jwt is wanted',
    headers: bearer(withHeader({ typ: 'JWT' })),
    settings: { userTokenType: 'at+jwt' },
    expected: 'user_token_type_mismatch',
  },
  {
    name: 'typ in a list',
    headers: bearer(withHeader({ typ: ['at+jwt'] })),
    settings: { userTokenType: 'at+jwt' },
    expected: 'user_token_type_mismatch',
  },
  ...['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'].flatMap((typ) =>
    ['at+jwt', 'application/at+jwt'].map(
      (tokenType): UserCase => ({
        name: `typ ${typ} for ${tokenType}`,
        headers: bearer(withHeader({ typ })),
        settings: { userTokenType: tokenType },
        expected: 'allow',
      }),
    ),
  ),
  { name: 'any typ, when none is wanted', headers: bearer(withHeader({ typ: 'x' })), expected: 'allow' },
  { name: 'no kid', headers: bearer(headed({ alg: 'RS256' })), expected: 'user_key_unknown' },
  { name: 'a kid that is no text', headers: bearer(withHeader({ kid: 1 })), expected: 'user_key_unknown' },
  { name: 'an unknown kid', headers: bearer(withHeader({ kid: 'x' })), expected: 'user_key_unknown' },
  {
    name: 'a token of another pool',
    headers: bearer(mintUserToken(otherPool, { sub: 'alice', exp })),
    expected: 'user_key_unknown',
  },
  {
    name: 'the kid of a key for another algorithm',
    headers: bearer(mintUserToken({ ...pool, algorithm: 'RS512' }, { sub: 'alice', exp })),
    settings: { userAlgorithms: ['RS256', 'RS512'] },
    expected: 'user_key_unknown',
  },
  {
    name: "another pool's key under this pool's kid",
    headers: bearer(mintUserToken({ ...otherPool, kid: pool.kid }, { sub: 'alice', exp })),
    expected: 'user_signature_mismatch',
  },
  {
    name: 'the key that the header carries itself',
    headers: bearer(
      mintToken({
        claims: userTokenClaims(pool, { sub: 'alice', exp }),
        header: {
          kid: pool.kid,
          jwk: createPublicKey(otherPool.key).export({ format: 'jwk' }),
          jku: 'https://attacker.example/jwks.json',
          x5u: 'https://attacker.example/cert.pem',
          x5c: ['AAAA'],
        },
        algorithm: 'RS256',
        key: otherPool.key,
      }),
    ),
    expected: 'user_signature_mismatch',
  },
  {
    name: "the issuer's key, when the header names other ones",
    headers: bearer(
      withHeader({ jku: 'https://attacker.example/jwks.json', x5u: 'https://attacker.example', x5c: [] }),
    ),
    expected: 'allow',
  },
  { name: 'no signature', headers: bearer(`${h}.${p}.`), expected: 'user_signature_mismatch' },
  {
    name: 'the payload of another token',
    headers: bearer(`${h}.${access({ sub: 'bob' }).split('.')[1]}.${s}`),
    expected: 'user_signature_mismatch',
  },
  ...['exp', 'sub'].map(
    (claim): UserCase => claimsCase(`no ${claim}`, { [claim]: undefined }, 'user_claims_invalid'),
  ),
  {
    name: 'an infinite exp',
    headers: bearer(paid('{"sub":"a","exp":1e400}')),
    expected: 'user_claims_invalid',
  },
  claimsCase('exp as text', { exp: String(exp) }, 'user_claims_invalid'),
  claimsCase('exp in milliseconds', { exp: exp * 1000 }, 'user_claims_invalid'),
  claimsCase('a negative exp', { exp: -1 }, 'user_claims_invalid'),
  claimsCase('a fractional exp', { exp: exp + 0.5 }, 'allow'),
  claimsCase('sub as a number', { sub: 7 }, 'user_claims_invalid'),
  claimsCase('an empty sub', { sub: '' }, 'user_claims_invalid'),
  claimsCase('a sub of 256 characters', { sub: 'a'.repeat(256) }, 'user_claims_invalid'),
  claimsCase('a sub of 255 characters', { sub: 'a'.repeat(255) }, 'allow'),
  ...['nbf', 'iat'].flatMap((claim) => [
    claimsCase(`${claim} as text`, { [claim]: '1' }, 'user_claims_invalid'),
    claimsCase(`${claim} null`, { [claim]: null }, 'user_claims_invalid'),
    claimsCase(`${claim} as a number`, { [claim]: now - 1.5 }, 'allow'),
  ]),
  ...['iss', 'aud', 'client_id', 'scope', 'token_use', 'jti', 'scp'].flatMap((claim) => [
    claimsCase(`${claim} as a number`, { [claim]: 1 }, 'user_claims_invalid'),
    claimsCase(`${claim} null`, { [claim]: null }, 'user_claims_invalid'),
  ]),
  ...['iss', 'client_id', 'scope', 'token_use'].map((claim) =>
    claimsCase(`${claim} in a list`, { [claim]: ['x'] }, 'user_claims_invalid'),
  ),
  claimsCase('aud with a number', { aud: [pool.clientId, 1] }, 'user_claims_invalid'),
  claimsCase('scp with a number', { scp: ['api/read', 1] }, 'user_claims_invalid'),
  claimsCase('exp a moment ago', { exp: now - 0.001 }, 'user_token_expired'),
  claimsCase('exp now', { exp: now }, 'user_token_expired'),
  claimsCase('exp in a moment', { exp: now + 0.001 }, 'allow'),
  claimsCase('exp at the tolerance', { exp: now - 30 }, 'user_token_expired', {
    userClockToleranceSeconds: 30,
  }),
  claimsCase('exp within the tolerance', { exp: now - 29 }, 'allow', { userClockToleranceSeconds: 30 }),
  claimsCase('nbf to come', { nbf: now + 1 }, 'user_token_not_yet_valid'),
  claimsCase('nbf now', { nbf: now }, 'allow'),
  claimsCase('nbf within the tolerance', { nbf: now + 30 }, 'allow', { userClockToleranceSeconds: 30 }),
  claimsCase('nbf past the tolerance', { nbf: now + 31 }, 'user_token_not_yet_valid', {
    userClockToleranceSeconds: 30,
  }),
  claimsCase('no iss', { iss: undefined }, 'user_issuer_mismatch'),
  claimsCase('iss of another pool', { iss: otherPool.issuer }, 'user_issuer_mismatch'),
  claimsCase('iss with a slash at the end', { iss: `${pool.issuer}/` }, 'user_issuer_mismatch'),
  claimsCase('another client', { client_id: otherPool.clientId }, 'user_audience_mismatch'),
  claimsCase('neither aud nor client_id', { client_id: undefined }, 'user_audience_mismatch'),
  claimsCase('one client of several', { client_id: 'b' }, 'allow', { userAudience: ['a', 'b'] }),
  claimsCase('aud as text', { aud: pool.clientId, client_id: 'x' }, 'allow'),
  claimsCase('aud in a list', { aud: ['x', pool.clientId] }, 'allow'),
  claimsCase(
    'another aud with the right client_id',
    { aud: 'https://api.example.com' },
    'user_audience_mismatch',
  ),
  claimsCase('an empty list in aud with the right client_id', { aud: [] }, 'user_audience_mismatch'),
  claimsCase('an aud that only contains it', { aud: `${pool.clientId}x` }, 'user_audience_mismatch'),
  {
    name: 'an ID token for an access token',
    headers: bearer(mintUserToken(pool, { use: 'id', sub: 'alice', exp })),
    expected: 'user_token_use_mismatch',
  },
  {
    name: 'an ID token, when one is wanted',
    headers: bearer(mintUserToken(pool, { use: 'id', sub: 'alice', exp })),
    settings: { userTokenUse: 'id' },
    expected: 'allow',
  },
  {
    name: 'an ID token without aud, whatever its client_id',
    headers: bearer(
      mintUserToken(pool, {
        use: 'id',
        sub: 'alice',
        exp,
        claims: { aud: undefined, client_id: pool.clientId },
      }),
    ),
    settings: { userTokenUse: 'id' },
    expected: 'user_audience_mismatch',
  },
  {
    name: 'an access token for an ID token',
    headers: bearer(good),
    settings: { userTokenUse: 'id' },
    expected: 'user_token_use_mismatch',
  },
  claimsCase('no token_use', { token_use: undefined }, 'user_token_use_mismatch'),
  claimsCase('no token_use, when none is wanted', { token_use: undefined }, 'allow', {
    userTokenUse: undefined,
  }),
  ...(
    [
      ['one scope of several', { scope: 'openid api/read' }, 'allow'],
      ['another scope', { scope: 'openid' }, 'user_scope_missing'],
      ['a scope that only contains it', { scope: 'api/read:all' }, 'user_scope_missing'],
      ['a scope in other casing', { scope: 'API/read' }, 'user_scope_missing'],
      ['an empty scope', { scope: '' }, 'user_scope_missing'],
      ['no scope', { scope: undefined }, 'user_scope_missing'],
      ['scp as text', { scope: undefined, scp: 'x api/write' }, 'allow'],
      ['scp as a list', { scope: undefined, scp: ['x', 'api/write'] }, 'allow'],
      ['scp beside a scope that is not enough', { scope: 'openid', scp: ['api/write'] }, 'allow'],
      ['an empty scp', { scope: undefined, scp: [] }, 'user_scope_missing'],
    ] as const
  ).map(([name, claims, expected]) =>
    claimsCase(name, claims, expected, { userScopes: ['api/read', 'api/write'] }),
  ),
];

suite("the check of a user's JWT", () => {
  for (const { name, headers, settings, expected } of cases) {
    test(`${name}: ${expected}`, async () => {
      const result = await (await userCheck(settings)).check(requestWith(headers));
      assert.equal(typeof result === 'string' ? result : 'allow', expected);
    });
  }

  test('the table has a case for every reason', () => {
    const known = new Set(cases.map(({ expected }) => expected));
    const reasons = refusalReasons.filter((reason) => reason.startsWith('user_'));
    assert.deepEqual(
      reasons.filter((reason) => !known.has(reason)),
      [],
    );
    assert.equal(reasons.length, 14);
  });

  for (const algorithm of asymmetricAlgorithms) {
    test(`${algorithm} verifies, and only where the settings allow it`, async () => {
      const issuer: UserPool = { ...newUserPool(pool.issuer, algorithm), clientId: pool.clientId };
      const request = requestWith(bearer(mintUserToken(issuer, { sub: 'alice', exp })));
      const others = asymmetricAlgorithms.filter((other) => other !== algorithm);
      const reasonFor = async (algorithms: JwtUserCheckSettings['userAlgorithms']) => {
        const result = await (await userCheck({ userAlgorithms: algorithms }, { pools: [issuer] })).check(
          request,
        );
        return typeof result === 'string' ? result : 'allow';
      };
      assert.equal(await reasonFor([algorithm]), 'allow');
      assert.equal(await reasonFor(others), 'user_algorithm_not_allowed');
    });
  }

  test('the reasons come in their order: the first fault of many names it', async () => {
    const faults: [reason: string, header: object, claims: object][] = [
      ['user_algorithm_not_allowed', { alg: 'RS384' }, {}],
      ['user_token_type_mismatch', { typ: 'x' }, {}],
      ['user_key_unknown', { kid: 'x' }, {}],
      ['user_signature_mismatch', {}, {}],
      ['user_claims_invalid', {}, { jti: 1 }],
      ['user_token_expired', {}, { exp: now }],
      ['user_token_not_yet_valid', {}, { nbf: now + 1 }],
      ['user_issuer_mismatch', {}, { iss: 'x' }],
      ['user_audience_mismatch', {}, { aud: 'x' }],
      ['user_token_use_mismatch', {}, { token_use: 'id' }],
      ['user_scope_missing', {}, { scope: 'x' }],
    ];
    const { check } = await userCheck({ userTokenType: 'at+jwt', userScopes: ['api/read'] });
    const found = [
      await check(requestWith([['Authorization', ' ']])),
      await check(requestWith([...bearer('a,b'), ...bearer('junk')])),
      await check(requestWith(bearer(headed({ alg: 'none', crit: ['x'], typ: 'x' }, { exp: 1 })))),
    ];
    for (let first = 0; first < faults.length; first += 1) {
      const later = faults.slice(first);
      const header = Object.assign(
        { alg: 'RS256', kid: pool.kid, typ: 'at+jwt' },
        ...later.map(([, part]) => part),
      );
      const claims = Object.assign(
        userTokenClaims(pool, { sub: 'alice', exp }),
        ...later.map(([, , part]) => part),
      );
      const { key } = later.some(([reason]) => reason === 'user_signature_mismatch') ? otherPool : pool;
      const token = mintToken({ claims, header: JSON.stringify(header), algorithm: 'RS256', key });
      found.push(await check(requestWith(bearer(token))));
    }
    assert.deepEqual(
      found,
      refusalReasons.filter((reason) => reason.startsWith('user_')),
    );
  });

  test('no key is looked up for a token that could not pass whatever the key', async () => {
    const { check, keyLookUps } = await userCheck({ userTokenType: 'at+jwt' });
    const hopeless = [
      [],
      bearer('junk'),
      bearer(good),
      bearer(headed({ alg: 'RS256', typ: 'at+jwt' })),
    ] as Headers[];
    for (const headers of hopeless) assert.equal(typeof (await check(requestWith(headers))), 'string');
    assert.deepEqual(keyLookUps, []);
  });

  test('a user is who `sub` names, until `exp` and the tolerance', async () => {
    const { check } = await userCheck({ userClockToleranceSeconds: 30 });
    assert.deepEqual(await check(requestWith(bearer(good))), {
      principalId: 'alice',
      until: exp + 30,
      context: {
        user_sub: 'alice',
        user_exp: exp,
        user_scope: 'openid api/read',
        user_client_id: pool.clientId,
      },
    });
  });

  test('the context has the claims that the settings name, flat, and no other ones', async () => {
    const contextClaims = [
      'sub',
      'exp',
      'cognito:groups',
      'address',
      'email_verified',
      'none',
      'absent',
      'toString',
    ];
    const { check } = await userCheck({ userContextClaims: contextClaims });
    const token = access({
      'cognito:groups': ['admin', 'staff'],
      address: { country: 'PT' },
      email_verified: true,
      none: null,
    });
    const user = await check(requestWith(bearer(token)));
    assert.deepEqual(typeof user === 'string' ? user : user.context, {
      user_sub: 'alice',
      user_exp: exp,
      'user_cognito:groups': '[%22admin%22,%22staff%22]',
      user_address: '{%22country%22:%22PT%22}',
      user_email_verified: true,
    });
  });

  test('what goes wrong in taking a token apart, beside a refusal, stays what it is', async () => {
    const { check } = await userCheck({ userAlgorithms: undefined as never });
    await assert.rejects(check(requestWith(bearer(good))), TypeError);
  });
});
