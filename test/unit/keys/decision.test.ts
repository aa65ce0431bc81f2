import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { suite, test } from 'node:test';
import { mintToken, type TokenParts } from '../../../infra/tools/approov/mint.ts';
import { eventOf, sent } from '../../cases/eventOf.ts';
import { harness, now, secret, verdictOf } from '../support/harness.ts';
import { jwks, pem, privateJwk, publicJwk, symmetricJwk, type TestKey, testKeys } from './support/keys.ts';

const rsa = testKeys['RSA of 2048 bits'];
const p256 = testKeys['P-256'];
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const claims = { exp: now + 300, did: 'd' };

const minted = (parts: Partial<TokenParts>, kid?: unknown) =>
  mintToken({ claims, ...(kid !== undefined && { header: { kid } }), ...parts });
const rs256 = (kid: unknown, key: KeyObject = rsa.privateKey, more: Partial<TokenParts> = {}) =>
  minted({ algorithm: 'RS256', key, ...more }, kid);
const byOther = (kid: unknown, more: Partial<TokenParts> = {}) => rs256(kid, otherRsa.privateKey, more);
const es256 = (kid: unknown) => minted({ algorithm: 'ES256', key: p256.privateKey }, kid);

/** The decision on a token by an authorizer with this key set in its settings. */
async function decided(token: string, keySet: string, variables: Record<string, string | undefined> = {}) {
  const { answer } = harness({
    APPROOV_SECRET_ID: undefined,
    APPROOV_ALGORITHMS: 'RS256,ES256',
    APPROOV_KEYSET_JWKS: keySet,
    ...variables,
  });
  return verdictOf(await answer(eventOf.rest(sent(token))));
}
/** Variables with which the secret verifies too. */
const both = { APPROOV_SECRET_ID: 's', APPROOV_ALGORITHMS: 'RS256,HS256,ES256' };

const keySet = jwks(
  publicJwk(rsa, { kid: '7' }),
  publicJwk(otherRsa, { kid: '8' }),
  publicJwk(p256, { kid: '9' }),
  privateJwk(otherRsa, { kid: 'private' }),
  symmetricJwk({ kid: 'symmetric', alg: 'HS256', k: secret.toString('base64url') }),
  publicJwk(rsa, { kid: 'encrypts', use: 'enc' }),
  publicJwk(rsa, { kid: 'twice' }),
  publicJwk(otherRsa, { kid: 'twice' }),
);

suite('the decision on a token of a keyset', () => {
  const jwk = publicJwk(otherRsa);
  const uri = 'https://a.example/';
  const rows: Record<string, [name: string, token: string][]> = {
    allow: [
      ['RS256 with its kid', rs256('7')],
      ['ES256 with its kid', es256('9')],
    ],
    key_unknown: [
      ['no kid', rs256(undefined)],
      ['an unknown kid', rs256('10')],
      ['a kid that is a number', rs256(7)],
      ['a kid that is null', rs256(null)],
      ['the kid of a key of another type', rs256('9')],
      ['the kid of two keys', rs256('twice')],
      ['the kid of a private key, which signed it', byOther('private')],
      ['the kid of a key for encryption', rs256('encrypts')],
      ['an unknown kid, a bad signature and no exp', byOther('10', { claims: {} })],
      ['its own key in the header, and no kid', byOther(undefined, { header: { jwk, x5u: uri } })],
    ],
    algorithm_not_allowed: [
      ['the kid of a symmetric key, which signed it', minted({ key: secret }, 'symmetric')],
      [
        'an algorithm that its key fits and the settings leave out',
        rs256('7', undefined, { algorithm: 'RS512' }),
      ],
      ['no algorithm', minted({ algorithm: 'none' }, '7')],
      [
        'an algorithm that is not allowed, and an unknown kid',
        rs256('10', undefined, { algorithm: 'PS256' }),
      ],
    ],
    signature_mismatch: [
      ['the kid of another key of its type', rs256('8')],
      ['a bad signature and no exp', byOther('7', { claims: {} })],
      ['its own key in the header', byOther('7', { header: { kid: '7', jwk, jku: uri } })],
      ['an ECDSA signature of zeros', es256('9').replace(/[^.]*$/, Buffer.alloc(64).toString('base64url'))],
      ['an ECDSA signature in DER', derSigned(es256('9'))],
    ],
    claims_invalid: [['no exp', rs256('7', undefined, { claims: {} })]],
  };
  for (const [expected, cases] of Object.entries(rows)) {
    for (const [name, token] of cases) {
      test(`${name}: ${expected}`, async () => assert.equal(await decided(token, keySet), expected));
    }
  }

  test('a lone PEM key serves any kid and none', async () => {
    for (const kid of ['7', '', undefined, 7]) assert.equal(await decided(rs256(kid), pem(rsa)), 'allow');
    assert.equal(await decided(es256('7'), pem(rsa)), 'key_unknown');
    assert.equal(await decided(byOther('7'), pem(rsa)), 'signature_mismatch');
  });

  test('a keyset without a key for the algorithms is a failure', async () => {
    assert.equal(await decided(rs256('7'), pem(p256), { APPROOV_ALGORITHMS: 'RS256' }), 'keyset_invalid');
  });
});

suite('a public key as the secret of an HS256 token', () => {
  const spki = (key: TestKey) => key.publicKey.export({ type: 'spki', format: 'der' });
  const bytes: Record<string, (key: TestKey) => string | Buffer> = {
    'its PEM': pem,
    'its PEM without the last line break': (key) => pem(key).trim(),
    'its PEM on one line': (key) => pem(key).replaceAll('\n', ' ').trim(),
    'its DER': spki,
    'its DER in base64': (key) => spki(key).toString('base64'),
    'its JWK': (key) => JSON.stringify(publicJwk(key, { kid: '7' })),
    'its modulus or coordinate': (key) =>
      Buffer.from(publicJwk(key).n ?? publicJwk(key).x ?? '', 'base64url'),
    'its JWK Set': (key) => jwks(publicJwk(key, { kid: '7' })),
  };
  for (const [keyName, key] of Object.entries({ RSA: rsa, 'P-256': p256 })) {
    for (const [name, bytesOf] of Object.entries(bytes)) {
      test(`${keyName}, ${name}: never verifies`, async () => {
        const hmacKey = Buffer.from(bytesOf(key));
        for (const set of [jwks(publicJwk(key, { kid: '7' })), pem(key)]) {
          for (const kid of ['7', undefined]) {
            const token = minted({ key: hmacKey }, kid);
            assert.equal(await decided(token, set), 'algorithm_not_allowed');
            assert.equal(await decided(token, set, both), 'signature_mismatch');
          }
          for (const alg of ['RS256', 'ES256']) {
            const disguised = minted({ key: hmacKey, header: { alg, kid: '7' } });
            const fits = (key.fits as readonly string[]).includes(alg);
            assert.equal(await decided(disguised, set, both), fits ? 'signature_mismatch' : 'key_unknown');
          }
        }
      });
    }
  }

  test('the secret verifies HS256 alone, with any kid', async () => {
    for (const kid of ['7', '9', 'symmetric', undefined, 7]) {
      assert.equal(await decided(minted({ key: secret }, kid), keySet, both), 'allow');
    }
    const disguised = minted({ key: secret, header: { alg: 'RS256', kid: '7' } });
    assert.equal(await decided(disguised, keySet, both), 'signature_mismatch');
  });
});

/** The token with its ECDSA signature in the form of X.509. */
function derSigned(token: string): string {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const integer = (bytes: Buffer) => Buffer.concat([Buffer.of(2, bytes.length + 1, 0), bytes]);
  const raw = Buffer.from(signature, 'base64url');
  const content = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return `${header}.${payload}.${Buffer.concat([Buffer.of(0x30, content.length), content]).toString('base64url')}`;
}
