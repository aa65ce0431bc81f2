import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FormatError } from '../../../src/errors.ts';
import { readPublicKeys } from '../../../src/keys/keySet.ts';
import { jwks, pem, privateJwk, publicJwk, symmetricJwk, testKeys } from './support/keys.ts';

const rsa = testKeys['RSA of 2048 bits'];
const p256 = testKeys['P-256'];
const good = publicJwk(rsa, { kid: 'good' });
const pemText = pem(rsa);

const noKey = 'the JWK Set has no public signature key with a kid';
const notASet = 'the JSON is not a JWK Set';
const neither = 'the text is neither JSON nor a PEM public key';
const badPem = 'the PEM text is not one public key';

suite('a JWK Set', () => {
  const dropped: [name: string, jwk: unknown][] = [
    ['a private RSA key', privateJwk(rsa, { kid: '7' })],
    ['a private EC key', privateJwk(p256, { kid: '7' })],
    ['a private OKP key', privateJwk(testKeys.Ed25519, { kid: '7' })],
    ['a public key with a single private member', { ...publicJwk(rsa, { kid: '7' }), dp: 'AQAB' }],
    ['a symmetric key', symmetricJwk({ kid: '7' })],
    ['a symmetric key that says it is RSA', { ...publicJwk(rsa, { kid: '7' }), k: 'AQAB' }],
    ['a key for encryption', publicJwk(rsa, { kid: '7', use: 'enc' })],
    ['a key for another operation', publicJwk(rsa, { kid: '7', key_ops: ['encrypt'] })],
    ['a key whose operations are not a list', { ...publicJwk(rsa, { kid: '7' }), key_ops: 'verify' }],
    ['a key without kid', publicJwk(rsa)],
    ['a key whose kid is a number', { ...publicJwk(rsa), kid: 7 }],
    ['a key of unknown type', { kty: 'AKP', kid: '7', alg: 'ML-DSA-44', pub: 'AQAB' }],
    ['an empty object', {}],
  ];
  for (const [name, jwk] of dropped) {
    test(`loses ${name}, and keeps the others`, () => {
      assert.deepEqual(readPublicKeys(jwks(jwk, good)), { jwks: [good], servesAnyKid: false });
    });

    test(`with ${name} alone is refused`, () => {
      assert.throws(() => readPublicKeys(jwks(jwk)), new FormatError(noKey));
    });
  }

  const kept = [
    publicJwk(rsa, { kid: '7', use: 'sig', alg: 'RS256', key_ops: ['verify'] }),
    publicJwk(p256, { kid: '' }),
    { ...publicJwk(testKeys.Ed25519, { kid: '7' }), x5c: ['AQAB'], unknown: true },
  ];
  test('keeps public signature keys with all that they say', () => {
    assert.deepEqual(readPublicKeys(`\n ${jwks(...kept)} `), { jwks: kept, servesAnyKid: false });
  });
});

suite('the text of a key set', () => {
  test('may be one PEM public key, with any white space for its line breaks', () => {
    for (const text of [
      pemText,
      `\n${pemText}\n`,
      pemText.replaceAll('\n', ' '),
      pemText.replaceAll('\n', '\r\n'),
    ]) {
      assert.deepEqual(readPublicKeys(text), { jwks: [publicJwk(rsa)], servesAnyKid: true });
    }
  });

  const refused: [name: string, text: string, message: string][] = [
    ['is empty', '', neither],
    ['is not JSON', '{"keys":[', neither],
    ['is a page', '<!doctype html>', neither],
    ['is a list', '[]', notASet],
    ['is null', 'null', notASet],
    ['is a single JWK', JSON.stringify(good), notASet],
    ['has keys that are not a list', '{"keys":{}}', notASet],
    ['has a key that is not an object', `{"keys":[${JSON.stringify(good)},"7"]}`, notASet],
    ['has no keys', '{"keys":[]}', noKey],
    ['is a private key in PEM', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, badPem],
    ['is a PKCS #1 key in PEM', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string, badPem],
    ['is two PEM keys', `${pemText}${pemText}`, badPem],
    ['is a PEM key cut short', pemText.slice(0, -30), badPem],
    ['is a PEM key of other bytes', pemText.replace(/[A-Za-z0-9]{20}/, 'A'.repeat(20)), badPem],
    ['is a PEM key with text after it', `${pemText}#`, badPem],
  ];
  for (const [name, text, message] of refused) {
    test(`that ${name} is refused`, () => {
      assert.throws(() => readPublicKeys(text), new FormatError(message));
    });
  }
});
