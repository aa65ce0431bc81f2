import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { suite, test } from 'node:test';
import { mintToken, type TokenParts } from '../../../infra/tools/approov/mint.ts';
import {
  mintUserToken,
  newUserPool,
  type UserPool,
  userTokenClaims,
} from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import { refusalReasons } from '../../../src/errors.ts';
import { asymmetricAlgorithms } from '../../../src/token/algorithms.ts';
import type { JwtUserCheckSettings } from '../../../src/user/jwtUserCheck.ts';
import type { Headers } from '../../cases/eventOf.ts';
import { now } from '../support/harness.ts';
import { otherPool, pool, requestWith, userCheck } from './support/users.ts';

type Settings = Partial<JwtUserCheckSettings>;
type Row = [name: string, headers: Headers, settings?: Settings];
type ClaimsRow = [name: string, claims: Record<string, unknown>, settings?: Settings];

const exp = now + 300;
const alice = { sub: 'alice', exp };
const claimsOfAlice = userTokenClaims(pool, alice);
const inHeader = (value: string): Headers => [['Authorization', value]];
const bearer = (token: string) => inHeader(`Bearer ${token}`);
const access = (claims: Record<string, unknown> = {}) => mintUserToken(pool, { ...alice, claims });
const good = access();
const [h, p, s] = good.split('.') as [string, string, string];

/** A token of the pool, with another header, payload or key. */
const altered = (parts: Partial<TokenParts>) =>
  mintToken({ claims: claimsOfAlice, algorithm: 'RS256', key: pool.key, ...parts });
const headed = (members: object) =>
  altered({ header: JSON.stringify({ alg: 'RS256', kid: pool.kid, ...members }) });
const paid = (claims: string) => altered({ claims, header: JSON.stringify({ alg: 'RS256', kid: pool.kid }) });
const idToken = (claims: Record<string, unknown> = {}) =>
  mintUserToken(pool, { use: 'id', ...alice, claims });
const rs512 = bearer(mintUserToken({ ...pool, algorithm: 'RS512' }, alice));

const publicPem = createPublicKey(pool.key).export({ type: 'spki', format: 'pem' });
const attacker = 'https://attacker.example/';
const atJwt = { userTokenType: 'at+jwt' };
const wantsId: Settings = { userTokenUse: 'id' };

const rows: Record<string, Row[]> = {
  allow: [
    ['a good access token', bearer(good)],
    ['the token without Bearer', inHeader(good)],
    ['bearer in lower case', [['authorization', `bearer ${good}`]]],
    ['BEARER and two spaces', [['AUTHORIZATION', `BEARER  ${good}`]]],
    ['another header, when configured', [['X-User', good]], { userHeader: 'x-user' }],
    ...['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'].flatMap((typ) =>
      ['at+jwt', 'application/at+jwt'].map(
        (userTokenType): Row => [
          `typ ${typ} for ${userTokenType}`,
          bearer(headed({ typ })),
          { userTokenType },
        ],
      ),
    ),
    ['any typ, when none is wanted', bearer(headed({ typ: 'x' }))],
    [
      "the issuer's key, when the header names other ones",
      bearer(headed({ jku: attacker, x5u: attacker, x5c: [] })),
    ],
    ['an ID token, when one is wanted', bearer(idToken()), wantsId],
  ],
  user_token_missing: [
    ['no header', []],
    ['an empty header', inHeader('')],
    ['a blank header', inHeader('  ')],
    ['Bearer alone', inHeader('Bearer ')],
  ],
  user_token_ambiguous: [
    ['two tokens', [...bearer(good), ...bearer(access())]],
    ['the same token twice', [...bearer(good), ...bearer(good)]],
    ['a comma', bearer(`${good},`)],
  ],
  user_token_malformed: [
    ['another scheme', inHeader('Basic YTpi')],
    ['Bearer without a space', inHeader(`Bearer${good}`)],
    ['junk', bearer('junk')],
    ['padding', bearer(`${good}=`)],
    ['five parts', bearer(`${good}.a.b`)],
    ['a token too long', bearer(access({ long: 'x'.repeat(6000) }))],
    ['crit', bearer(headed({ crit: ['exp'] }))],
    ['b64', bearer(headed({ b64: true }))],
    ['a payload that is a list', bearer(paid('[]'))],
  ],
  user_algorithm_not_allowed: [
    ['alg none', bearer(mintToken({ claims: {}, header: { kid: pool.kid }, algorithm: 'none' }))],
    [
      'alg none in other casing, with a signature',
      bearer(`${altered({ header: { alg: 'nOnE' } }).split('.')[0]}.${p}.${s}`),
    ],
    [
      'HS256 keyed with the public key',
      bearer(altered({ algorithm: 'HS256', header: { kid: pool.kid }, key: Buffer.from(publicPem) })),
    ],
    ['RS512, which the settings leave out', rs512],
  ],
  user_token_type_mismatch: [
    ['no typ, when one is wanted', bearer(good), atJwt],
    ['typ JWT, when at+jwt is wanted', bearer(headed({ typ: 'JWT' })), atJwt],
    ['typ in a list', bearer(headed({ typ: ['at+jwt'] })), atJwt],
  ],
  user_key_unknown: [
    ['no kid', bearer(altered({ header: { alg: 'RS256' } }))],
    ['a kid that is not text', bearer(headed({ kid: 1 }))],
    ['an unknown kid', bearer(headed({ kid: 'x' }))],
    ['a token of another pool', bearer(mintUserToken(otherPool, alice))],
    ['the kid of a key for another algorithm', rs512, { userAlgorithms: ['RS256', 'RS512'] }],
  ],
  user_signature_mismatch: [
    [
      "another pool's key under this pool's kid",
      bearer(mintUserToken({ ...otherPool, kid: pool.kid }, alice)),
    ],
    [
      'the key that the header itself carries',
      bearer(
        altered({
          header: {
            kid: pool.kid,
            jwk: createPublicKey(otherPool.key).export({ format: 'jwk' }),
            jku: attacker,
            x5u: attacker,
            x5c: ['AAAA'],
          },
          key: otherPool.key,
        }),
      ),
    ],
    ['no signature', bearer(`${h}.${p}.`)],
    ['the payload of another token', bearer(`${h}.${access({ sub: 'bob' }).split('.')[1]}.${s}`)],
  ],
  user_claims_invalid: [['an infinite exp', bearer(paid('{"sub":"a","exp":1e400}'))]],
  user_audience_mismatch: [
    [
      'an ID token without aud, whatever its client_id',
      bearer(idToken({ aud: undefined, client_id: pool.clientId })),
      wantsId,
    ],
  ],
  user_token_use_mismatch: [
    ['an ID token for an access token', bearer(idToken())],
    ['an access token for an ID token', bearer(good), wantsId],
  ],
};

const tolerant = { userClockToleranceSeconds: 30 };
const scoped = { userScopes: ['api/read', 'api/write'] };
const claimsRows: Record<string, ClaimsRow[]> = {
  allow: [
    ['a fractional exp', { exp: exp + 0.5 }],
    ['a sub of 255 characters', { sub: 'a'.repeat(255) }],
    ...['nbf', 'iat'].map((name): ClaimsRow => [`${name} as a number`, { [name]: now - 1.5 }]),
    ['exp in a moment', { exp: now + 0.001 }],
    ['exp within the tolerance', { exp: now - 29 }, tolerant],
    ['nbf now', { nbf: now }],
    ['nbf within the tolerance', { nbf: now + 30 }, tolerant],
    ['one client of several', { client_id: 'b' }, { userAudience: ['a', 'b'] }],
    ['aud as text', { aud: pool.clientId, client_id: 'x' }],
    ['aud in a list', { aud: ['x', pool.clientId] }],
    ['no token_use, when none is wanted', { token_use: undefined }, { userTokenUse: undefined }],
    ['one scope of several', { scope: 'openid api/read' }, scoped],
    ['scp as text', { scope: undefined, scp: 'x api/write' }, scoped],
    ['scp as a list', { scope: undefined, scp: ['x', 'api/write'] }, scoped],
    ['scp when scope is not enough', { scope: 'openid', scp: ['api/write'] }, scoped],
  ],
  user_claims_invalid: [
    ['no exp', { exp: undefined }],
    ['no sub', { sub: undefined }],
    ['exp as text', { exp: String(exp) }],
    ['exp in milliseconds', { exp: exp * 1000 }],
    ['a negative exp', { exp: -1 }],
    ['sub as a number', { sub: 7 }],
    ['an empty sub', { sub: '' }],
    ['a sub of 256 characters', { sub: 'a'.repeat(256) }],
    ...['nbf', 'iat'].map((name): ClaimsRow => [`${name} as text`, { [name]: '1' }]),
    ...['nbf', 'iat'].map((name): ClaimsRow => [`${name} null`, { [name]: null }]),
    ...['iss', 'aud', 'client_id', 'scope', 'token_use', 'jti', 'scp'].flatMap((name): ClaimsRow[] => [
      [`${name} as a number`, { [name]: 1 }],
      [`${name} null`, { [name]: null }],
    ]),
    ...['iss', 'client_id', 'scope', 'token_use'].map(
      (name): ClaimsRow => [`${name} in a list`, { [name]: ['x'] }],
    ),
    ['aud with a number', { aud: [pool.clientId, 1] }],
    ['scp with a number', { scp: ['api/read', 1] }],
  ],
  user_token_expired: [
    ['exp a moment ago', { exp: now - 0.001 }],
    ['exp now', { exp: now }],
    ['exp at the tolerance', { exp: now - 30 }, tolerant],
  ],
  user_token_not_yet_valid: [
    ['nbf to come', { nbf: now + 1 }],
    ['nbf past the tolerance', { nbf: now + 31 }, tolerant],
  ],
  user_issuer_mismatch: [
    ['no iss', { iss: undefined }],
    ['iss of another pool', { iss: otherPool.issuer }],
    ['iss with a slash at the end', { iss: `${pool.issuer}/` }],
  ],
  user_audience_mismatch: [
    ['another client', { client_id: otherPool.clientId }],
    ['neither aud nor client_id', { client_id: undefined }],
    ['another aud with the right client_id', { aud: 'https://api.example.com' }],
    ['an empty list in aud with the right client_id', { aud: [] }],
    ['an aud that only contains it', { aud: `${pool.clientId}x` }],
  ],
  user_token_use_mismatch: [['no token_use', { token_use: undefined }]],
  user_scope_missing: [
    ['another scope', { scope: 'openid' }, scoped],
    ['a scope that only contains it', { scope: 'api/read:all' }, scoped],
    ['a scope in other casing', { scope: 'API/read' }, scoped],
    ['an empty scope', { scope: '' }, scoped],
    ['no scope', { scope: undefined }, scoped],
    ['an empty scp', { scope: undefined, scp: [] }, scoped],
  ],
};
const cases = [
  ...Object.entries(rows).flatMap(([expected, of]) => of.map((row) => ({ expected, row }))),
  ...Object.entries(claimsRows).flatMap(([expected, of]) =>
    of.map(([name, claims, settings]) => ({
      expected,
      row: [name, bearer(access(claims)), settings] as Row,
    })),
  ),
];

suite("the check of a user's JWT", () => {
  for (const {
    expected,
    row: [name, headers, settings],
  } of cases) {
    test(`${name}: ${expected}`, async () => {
      const result = await (await userCheck(settings)).check(requestWith(headers));
      assert.equal(typeof result === 'string' ? result : 'allow', expected);
    });
  }

  const userReasons = refusalReasons.filter((reason) => reason.startsWith('user_'));
  test('the table has a case for every reason', () => {
    const known = new Set(cases.map(({ expected }) => expected));
    assert.deepEqual(
      userReasons.filter((reason) => !known.has(reason)),
      [],
    );
    assert.equal(userReasons.length, 14);
  });

  for (const algorithm of asymmetricAlgorithms) {
    test(`${algorithm} verifies, and only where the settings allow it`, async () => {
      const issuer: UserPool = { ...newUserPool(pool.issuer, algorithm), clientId: pool.clientId };
      const request = requestWith(bearer(mintUserToken(issuer, alice)));
      const others = asymmetricAlgorithms.filter((other) => other !== algorithm);
      const allowing = (userAlgorithms: JwtUserCheckSettings['userAlgorithms']) =>
        userCheck({ userAlgorithms }, { pools: [issuer] });
      assert.equal(typeof (await (await allowing([algorithm])).check(request)), 'object');
      assert.equal(await (await allowing(others)).check(request), 'user_algorithm_not_allowed');
    });
  }

  test('the reasons come in their order: the first of many faults names it', async () => {
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
    const { check } = await userCheck({ ...atJwt, userScopes: ['api/read'] });
    const found = [
      await check(requestWith(inHeader(' '))),
      await check(requestWith([...bearer('a,b'), ...bearer('junk')])),
      await check(
        requestWith(bearer(altered({ header: { alg: 'none', crit: ['x'], typ: 'x' }, claims: { exp: 1 } }))),
      ),
    ];
    for (let first = 0; first < faults.length; first += 1) {
      const later = faults.slice(first);
      const header = { alg: 'RS256', kid: pool.kid, typ: 'at+jwt' };
      Object.assign(header, ...later.map(([, part]) => part));
      const claims = Object.assign({ ...claimsOfAlice }, ...later.map(([, , part]) => part));
      const { key } = later.some(([reason]) => reason === 'user_signature_mismatch') ? otherPool : pool;
      found.push(await check(requestWith(bearer(altered({ claims, header: JSON.stringify(header), key })))));
    }
    assert.deepEqual(found, userReasons);
  });

  test('no key is looked up for a token that could not pass whatever the key', async () => {
    const { check, keyLookUps } = await userCheck(atJwt);
    const withoutKid = altered({ header: { alg: 'RS256', typ: 'at+jwt' } });
    for (const headers of [[], bearer('junk'), bearer(good), bearer(withoutKid)]) {
      assert.equal(typeof (await check(requestWith(headers))), 'string');
    }
    assert.deepEqual(keyLookUps, []);
  });

  test('a user is the one `sub` names, until `exp` and the tolerance', async () => {
    const { check } = await userCheck(tolerant);
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

  test('the context has the claims that the settings name, flat, and no others', async () => {
    const userContextClaims = 'sub exp cognito:groups address email_verified none absent toString'.split(' ');
    const { check } = await userCheck({ userContextClaims });
    const claims = { address: { country: 'PT' }, email_verified: true, none: null };
    const user = await check(
      requestWith(bearer(access({ 'cognito:groups': ['admin', 'staff'], ...claims }))),
    );
    assert.deepEqual(typeof user === 'string' ? user : user.context, {
      user_sub: 'alice',
      user_exp: exp,
      'user_cognito:groups': '[%22admin%22,%22staff%22]',
      user_address: '{%22country%22:%22PT%22}',
      user_email_verified: true,
    });
  });

  test('an error while a token is taken apart that is not a refusal stays what it is', async () => {
    const { check } = await userCheck({ userAlgorithms: undefined as never });
    await assert.rejects(check(requestWith(bearer(good))), TypeError);
  });
});
