/**
 * Amazon Cognito tokens, minted and mutated, compared with `aws-jwt-verify`, set up for the same pool, client, use and scopes:
 * what it rejects is refused here too. Where more is refused here, the difference has a name.
 */
import './support/users.ts';
import assert from 'node:assert/strict';
import { mock, suite, test } from 'node:test';
import { CognitoJwtVerifier, JwtVerifier } from 'aws-jwt-verify';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { poolJwk, userTokenClaims } from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import { now } from '../support/harness.ts';
import { otherPool, pool, requestWith, userCheck } from './support/users.ts';

mock.timers.enable({ apis: ['Date'], now: now * 1000 });

/** Numbers that repeat from run to run. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
let state = 20_261_125;
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}
function pick<T>(values: readonly T[]): T {
  return values[random(values.length)] as T;
}

const exp = now + 300;
const poolId = 'eu-west-1_Example01';
const globalIssuer = `https://issuer-cognito-idp.eu-west-1.amazonaws.com/${poolId}`;
const wantedScopes = ['api/read', 'api/write'];

type Changes = Readonly<Record<string, readonly unknown[]>>;

/** Values of claims, good and bad. `undefined` leaves the claim out. */
const claimChanges: Changes = {
  exp: [exp, exp, exp + 0.5, now, now - 1, now + 1, 0, -1, String(exp), null, undefined, exp * 1000, 1e300],
  nbf: [undefined, now, now - 1, now + 1, now + 0.5, '0', null],
  iat: [undefined, now, now + 60, '0', null],
  iss: [pool.issuer, otherPool.issuer, globalIssuer, `${pool.issuer}/`, undefined, [pool.issuer], null],
  sub: ['alice', 'a'.repeat(255), 'a'.repeat(256), '', undefined, 7, null],
  token_use: ['access', 'id', 'Access', undefined, ['access'], null],
  client_id: [pool.clientId, otherPool.clientId, undefined, '', [pool.clientId], null],
  aud: [
    undefined,
    pool.clientId,
    otherPool.clientId,
    [pool.clientId],
    ['x', pool.clientId],
    [],
    'x',
    7,
    null,
  ],
  scope: [
    'openid api/read',
    'api/write',
    'openid',
    '',
    undefined,
    'API/READ',
    'api/read:all',
    ['api/read'],
    7,
  ],
  jti: [undefined, 'x', 7],
};

/** Members of headers, good and bad. */
const headerChanges: Changes = {
  alg: ['RS256', 'RS256', 'RS384', 'RS512', 'PS256', 'HS256', 'none', 'rs256', undefined, 7],
  kid: [pool.kid, otherPool.kid, 'unknown', undefined, 7, ''],
  typ: ['JWT', 'at+jwt', undefined],
  crit: [['exp'], []],
  b64: [true, false],
  enc: ['A256GCM'],
  jwk: [poolJwk(otherPool)],
  jku: ['https://attacker.example/jwks.json'],
};

/** Changes to the text of a token, after it was signed. */
const textChanges: readonly ((token: string) => string)[] = [
  (token) => token.slice(0, -1),
  (token) => `${token}=`,
  (token) => `${token}==`,
  (token) => `${token}.`,
  (token) => token.replace('.', '=.'),
  (token) => token.slice(0, -1) + nextOf(token.at(-1) as string),
  (token) => {
    const place = random(token.length);
    return token.slice(0, place) + pick([...'AB_-+/.= ']) + token.slice(place + 1);
  },
];

/** The character after this one in base64url: in the last place of a signature it may mean the same bytes. */
function nextOf(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[(alphabet.indexOf(character) + 1) % alphabet.length] as string;
}

function changed(members: object, changes: Changes, count: number): Record<string, unknown> {
  const result: Record<string, unknown> = { ...members };
  for (let index = 0; index < count; index += 1) {
    const name = pick(Object.keys(changes));
    result[name] = pick(changes[name] as readonly unknown[]);
  }
  return result;
}

/** A token of the pool, mostly for this use, with up to two changes in each of its parts. */
function someToken(wanted: 'access' | 'id'): string {
  const use = pick([wanted, wanted, wanted, 'access', 'id'] as const);
  const claims = changed(userTokenClaims(pool, { use, sub: 'alice', exp }), claimChanges, pick([0, 1, 1, 2]));
  const header = changed({ alg: 'RS256', kid: pool.kid }, headerChanges, pick([0, 0, 0, 0, 0, 1, 2]));
  const signer = random(12) === 0 ? otherPool : pool;
  const algorithm = random(12) === 0 ? 'RS512' : 'RS256';
  const text = JSON.stringify(claims);
  const token = mintToken({
    claims: random(12) === 0 ? pick([`\ufeff${text}`, `[${text}]`]) : text,
    header: JSON.stringify(header),
    algorithm,
    key: signer.key,
  });
  return random(8) === 0 ? pick(textChanges)(token) : token;
}

/** Why a token that `aws-jwt-verify` accepts is refused here. */
const differences: Readonly<Record<string, { reason: string; applies: (token: string) => boolean }>> = {
  'a byte has one spelling: no padding, no bits after the last byte': {
    reason: 'user_token_malformed',
    applies: (token) =>
      token.split('.').some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part),
  },
  'no critical or unencoded extension, nor a header of an encrypted token': {
    reason: 'user_token_malformed',
    applies: (token) => ['crit', 'b64', 'enc'].some((name) => name in headerOf(token)),
  },
  'a token has an end, in seconds, and a subject of at most 255 characters': {
    reason: 'user_claims_invalid',
    applies: (token) => {
      const { exp: end, sub } = claimsOf(token);
      return (
        !(Number(end) >= 0 && Number(end) < 1e12) || typeof sub !== 'string' || sub === '' || sub.length > 255
      );
    },
  },
  '`client_id` is text, also where it is not compared': {
    reason: 'user_claims_invalid',
    applies: (token) => !['string', 'undefined'].includes(typeof claimsOf(token).client_id),
  },
  '`exp` equal to now is expired': {
    reason: 'user_token_expired',
    applies: (token) => claimsOf(token).exp === now,
  },
  'the issuer is the one of the settings, not the other form of its URL too': {
    reason: 'user_issuer_mismatch',
    applies: (token) => claimsOf(token).iss === globalIssuer,
  },
  '`client_id` counts only without `aud`, as in the JWT authorizer of an HTTP API': {
    reason: 'user_audience_mismatch',
    applies: (token) => 'aud' in claimsOf(token),
  },
};

const partOf = (token: string, index: number) =>
  JSON.parse(
    Buffer.from(token.split('.')[index] as string, 'base64url')
      .toString()
      .replace(/^\ufeff/, ''),
  );
const headerOf = (token: string) => partOf(token, 0);
const claimsOf = (token: string) => partOf(token, 1);

const setups = [
  { name: 'access tokens', use: 'access', scopes: undefined },
  { name: 'access tokens with a scope', use: 'access', scopes: wantedScopes },
  { name: 'ID tokens', use: 'id', scopes: undefined },
] as const;

suite('compared with aws-jwt-verify', () => {
  const seen = new Set<string>();
  for (const { name, use, scopes } of setups) {
    test(`${name}: nothing more is accepted, and each difference has a name`, async () => {
      const { check } = await userCheck({ userTokenUse: use, userScopes: scopes });
      const accepts = awsVerifier(use, scopes);
      let accepted = 0;
      for (let run = 0; run < 700; run += 1) {
        const token = someToken(use);
        const user = await check(requestWith([['Authorization', `Bearer ${token}`]]));
        const isAccepted = typeof user !== 'string';
        const isAcceptedThere = accepts(token);
        if (isAccepted) accepted += 1;
        assert.ok(isAcceptedThere || !isAccepted, `accepted here alone: ${token}`);
        if (isAcceptedThere && !isAccepted) {
          const named = Object.entries(differences).filter(
            ([, { reason, applies }]) => reason === user && applies(token),
          );
          assert.notDeepEqual(named, [], `${user}, and no difference explains it: ${token}`);
          for (const [difference] of named) seen.add(difference);
        }
      }
      assert.ok(accepted > 70, `${accepted} accepted`);
    });
  }

  test('each difference was met', () => {
    assert.deepEqual([...seen].sort(), Object.keys(differences).sort());
  });

  test("Microsoft's and Okta's `scp`, which it does not know, counts as `scope`", async () => {
    const claims = { ...userTokenClaims(pool, { sub: 'alice', exp }), scope: undefined, scp: ['api/read'] };
    const header = JSON.stringify({ alg: 'RS256', kid: pool.kid });
    const token = mintToken({ claims, header, algorithm: 'RS256', key: pool.key });
    const { check } = await userCheck({ userScopes: wantedScopes });
    assert.equal(typeof (await check(requestWith([['Authorization', token]]))), 'object');
    assert.equal(awsVerifier('access', wantedScopes)(token), false);
  });
});

/**
 * What `aws-jwt-verify` says: its Cognito verifier, or, when an access token has an `aud`, its verifier for any issuer, because
 * the Cognito verifier knows `client_id` alone there.
 */
function awsVerifier(
  use: 'access' | 'id',
  scopes: readonly string[] | undefined,
): (token: string) => boolean {
  const jwks = { keys: [poolJwk(pool)] } as Parameters<CognitoVerifier['cacheJwks']>[0];
  const cognito = CognitoJwtVerifier.create({
    userPoolId: poolId,
    tokenUse: use,
    clientId: pool.clientId,
    ...(scopes && { scope: [...scopes] }),
  });
  const resources = JwtVerifier.create({
    issuer: pool.issuer,
    audience: pool.clientId,
    ...(scopes && { scope: [...scopes] }),
    customJwtCheck: ({ payload }) => {
      if (payload.token_use !== use) throw new Error('token_use');
    },
  });
  cognito.cacheJwks(jwks);
  resources.cacheJwks(jwks);
  const verifies = (verify: () => unknown) => {
    try {
      verify();
      return true;
    } catch {
      return false;
    }
  };
  return (token) => verifies(() => cognito.verifySync(token)) || verifies(() => resources.verifySync(token));
}

type CognitoVerifier = ReturnType<typeof CognitoJwtVerifier.create>;
