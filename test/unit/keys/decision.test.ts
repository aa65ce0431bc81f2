import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { mintToken, type TokenParts } from '../../../infra/tools/approov/mint.ts';
import { asymmetricAlgorithms } from '../../../src/token/algorithms.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { decisionOf, harness, now, secret } from '../support/harness.ts';
import { jwks, pem, privateJwk, publicJwk, symmetricJwk, type TestKey, testKeys } from './support/keys.ts';

const rsa = testKeys['RSA of 2048 bits'];
const p256 = testKeys['P-256'];
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const claims = { exp: now + 300, did: 'd' };

const minted = (parts: Partial<TokenParts>, kid?: unknown) =>
  mintToken({ claims, ...(kid !== undefined && { header: { kid } }), ...parts });
const rs256 = (kid: unknown, key: KeyObject = rsa.privateKey) => minted({ algorithm: 'RS256', key }, kid);
const es256 = (kid: unknown) => minted({ algorithm: 'ES256', key: p256.privateKey }, kid);

/** What is decided on a token by an authorizer with this key set in its settings. */
async function decided(token: string, keySet: string, variables: Record<string, string | undefined> = {}) {
  const authorizer = harness({
    APPROOV_SECRET_ID: undefined,
    APPROOV_ALGORITHMS: 'RS256,ES256',
    APPROOV_KEYSET_JWKS: keySet,
    ...variables,
  });
  const answer = await authorizer.answer(eventOf.rest([['Approov-Token', token]]));
  const line = decisionOf(answer);
  return line?.reason ?? line?.decision;
}

const keySet = jwks(
  publicJwk(rsa, { kid: '7' }),
  publicJwk({ publicKey: otherRsa.publicKey }, { kid: '8' }),
  publicJwk(p256, { kid: '9' }),
  privateJwk({ privateKey: otherRsa.privateKey }, { kid: 'private' }),
  symmetricJwk({ kid: 'symmetric', alg: 'HS256', k: secret.toString('base64url') }),
  publicJwk(rsa, { kid: 'encrypts', use: 'enc' }),
  publicJwk(rsa, { kid: 'twice' }),
  publicJwk({ publicKey: otherRsa.publicKey }, { kid: 'twice' }),
);

suite('the decision on a token of a keyset', () => {
  const cases: { name: string; token: string; expected: string; variables?: Record<string, string> }[] = [
    { name: 'RS256 with its kid', token: rs256('7'), expected: 'allow' },
    { name: 'ES256 with its kid', token: es256('9'), expected: 'allow' },
    { name: 'no kid', token: rs256(undefined), expected: 'key_unknown' },
    { name: 'an unknown kid', token: rs256('10'), expected: 'key_unknown' },
    { name: 'a kid that is a number', token: rs256(7), expected: 'key_unknown' },
    { name: 'a kid that is null', token: rs256(null), expected: 'key_unknown' },
    { name: 'the kid of a key of another type', token: rs256('9'), expected: 'key_unknown' },
    { name: 'the kid of another key of its type', token: rs256('8'), expected: 'signature_mismatch' },
    { name: 'the kid of two keys', token: rs256('twice'), expected: 'key_unknown' },
    {
      name: 'the kid of a private key, which signed it',
      token: rs256('private', otherRsa.privateKey),
      expected: 'key_unknown',
    },
    { name: 'the kid of a key for encryption', token: rs256('encrypts'), expected: 'key_unknown' },
    {
      name: 'the kid of a symmetric key, which signed it',
      token: minted({ algorithm: 'HS256', key: secret }, 'symmetric'),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'an algorithm that its key fits and the settings leave out',
      token: minted({ algorithm: 'RS512', key: rsa.privateKey }, '7'),
      expected: 'algorithm_not_allowed',
    },
    { name: 'no algorithm', token: minted({ algorithm: 'none' }, '7'), expected: 'algorithm_not_allowed' },
    {
      name: 'an algorithm that is not allowed, and an unknown kid',
      token: minted({ algorithm: 'PS256', key: rsa.privateKey }, '10'),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'an unknown kid, a bad signature and no exp',
      token: minted({ algorithm: 'RS256', key: otherRsa.privateKey, claims: {} }, '10'),
      expected: 'key_unknown',
    },
    {
      name: 'a bad signature and no exp',
      token: minted({ algorithm: 'RS256', key: otherRsa.privateKey, claims: {} }, '7'),
      expected: 'signature_mismatch',
    },
    {
      name: 'no exp',
      token: minted({ algorithm: 'RS256', key: rsa.privateKey, claims: {} }, '7'),
      expected: 'claims_invalid',
    },
    {
      name: 'its own key in the header',
      token: minted({
        algorithm: 'RS256',
        key: otherRsa.privateKey,
        header: { kid: '7', jwk: publicJwk({ publicKey: otherRsa.publicKey }), jku: 'https://a.example/' },
      }),
      expected: 'signature_mismatch',
    },
    {
      name: 'its own key in the header, and no kid',
      token: minted({
        algorithm: 'RS256',
        key: otherRsa.privateKey,
        header: { jwk: publicJwk({ publicKey: otherRsa.publicKey }), x5u: 'https://a.example/' },
      }),
      expected: 'key_unknown',
    },
    {
      name: 'an ECDSA signature of zeros',
      token: `${es256('9').split('.').slice(0, 2).join('.')}.${Buffer.alloc(64).toString('base64url')}`,
      expected: 'signature_mismatch',
    },
    {
      name: 'an ECDSA signature in DER',
      token: derSigned(es256('9')),
      expected: 'signature_mismatch',
    },
  ];
  for (const { name, token, expected, variables } of cases) {
    test(`${name}: ${expected}`, async () => {
      assert.equal(await decided(token, keySet, variables), expected);
    });
  }

  test('a lone PEM key serves any kid and none', async () => {
    for (const kid of ['7', '', undefined, 7]) assert.equal(await decided(rs256(kid), pem(rsa)), 'allow');
    assert.equal(await decided(es256('7'), pem(rsa)), 'key_unknown');
    assert.equal(await decided(rs256('7', otherRsa.privateKey), pem(rsa)), 'signature_mismatch');
  });

  test('a keyset without a key for the algorithms is a failure', async () => {
    assert.equal(await decided(rs256('7'), pem(p256), { APPROOV_ALGORITHMS: 'RS256' }), 'keyset_invalid');
  });
});

suite('every pair of key type and algorithm', () => {
  for (const [name, key] of Object.entries(testKeys) as [string, TestKey][]) {
    test(`${name}: allowed for ${key.fits.join(', ') || 'none'} alone`, async () => {
      const set = jwks(
        publicJwk(key, { kid: '7' }),
        publicJwk(rsa, { kid: '8' }),
        publicJwk(p256, { kid: '9' }),
      );
      const variables = { APPROOV_ALGORITHMS: asymmetricAlgorithms.join(',') };
      const pairs = asymmetricAlgorithms.map(async (algorithm) => {
        const token = signedAnyway(algorithm, key.privateKey);
        assert.equal(
          await decided(token, set, variables),
          key.fits.includes(algorithm) ? 'allow' : 'key_unknown',
          algorithm,
        );
      });
      await Promise.all(pairs);
    });
  }
});

suite('a public key as the secret of an HS256 token', () => {
  const spki = (key: TestKey) => key.publicKey.export({ type: 'spki', format: 'der' });
  const bytes: [name: string, of: (key: TestKey) => Buffer][] = [
    ['its PEM', (key) => Buffer.from(pem(key))],
    ['its PEM without the last line break', (key) => Buffer.from(pem(key).trim())],
    ['its PEM on one line', (key) => Buffer.from(pem(key).replaceAll('\n', ' ').trim())],
    ['its DER', spki],
    ['its DER in base64', (key) => Buffer.from(spki(key).toString('base64'))],
    ['its JWK', (key) => Buffer.from(JSON.stringify(publicJwk(key, { kid: '7' })))],
    [
      'its modulus or coordinate',
      (key) => Buffer.from(publicJwk(key).n ?? publicJwk(key).x ?? '', 'base64url'),
    ],
    ['its JWK Set', (key) => Buffer.from(jwks(publicJwk(key, { kid: '7' })))],
  ];
  for (const [keyName, key] of [
    ['RSA', rsa],
    ['P-256', p256],
  ] as const) {
    for (const [name, bytesOf] of bytes) {
      test(`${keyName}, ${name}: never verifies`, async () => {
        for (const set of [jwks(publicJwk(key, { kid: '7' })), pem(key)]) {
          for (const kid of ['7', undefined]) {
            const token = minted({ algorithm: 'HS256', key: bytesOf(key) }, kid);
            assert.equal(await decided(token, set), 'algorithm_not_allowed');
            const both = { APPROOV_SECRET_ID: 's', APPROOV_ALGORITHMS: 'RS256,HS256,ES256' };
            assert.equal(await decided(token, set, both), 'signature_mismatch');
            for (const alg of ['RS256', 'ES256']) {
              const disguised = minted({ algorithm: 'HS256', key: bytesOf(key), header: { alg, kid: '7' } });
              const fits = (key.fits as readonly string[]).includes(alg);
              assert.equal(await decided(disguised, set, both), fits ? 'signature_mismatch' : 'key_unknown');
            }
          }
        }
      });
    }
  }

  test('the secret verifies HS256 alone, with any kid', async () => {
    const both = { APPROOV_SECRET_ID: 's', APPROOV_ALGORITHMS: 'HS256,RS256,ES256' };
    for (const kid of ['7', '9', 'symmetric', undefined, 7]) {
      assert.equal(await decided(minted({ key: secret }, kid), keySet, both), 'allow');
    }
    const disguised = minted({ key: secret, header: { alg: 'RS256', kid: '7' } });
    assert.equal(await decided(disguised, keySet, both), 'signature_mismatch');
  });
});

/** A token whose header says `algorithm`, signed by a key that may not fit it. */
function signedAnyway(algorithm: TokenParts['algorithm'], key: KeyObject): string {
  try {
    return minted({ ...(algorithm && { algorithm }), key }, '7');
  } catch {
    const [header, payload] = minted({ algorithm: 'none', header: { alg: algorithm, kid: '7' } }).split('.');
    return `${header}.${payload}.${randomBytes(64).toString('base64url')}`;
  }
}

/** The token with its ECDSA signature in the form of X.509. */
function derSigned(token: string): string {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const integer = (bytes: Buffer) => Buffer.concat([Buffer.of(2, bytes.length + 1, 0), bytes]);
  const raw = Buffer.from(signature, 'base64url');
  const content = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return `${header}.${payload}.${Buffer.concat([Buffer.of(0x30, content.length), content]).toString('base64url')}`;
}
