import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { FormatError } from '../../../src/errors.ts';
import { importKeySet, readPublicKeys } from '../../../src/keys/keySet.ts';
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../../../src/token/algorithms.ts';
import { verifySignature } from '../../../src/token/signature.ts';
import { jwks, pem, publicJwk, type TestKey, testKeys } from './support/keys.ts';

const rsa = testKeys['RSA of 2048 bits'];
const p256 = testKeys['P-256'];
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

const importText = (text: string, algorithms: readonly AsymmetricAlgorithm[] = asymmetricAlgorithms) =>
  importKeySet(readPublicKeys(text), algorithms);

/** The algorithms for which the text gives a key. */
async function algorithmsOf(
  text: string,
  kid?: string,
  allowed = asymmetricAlgorithms as readonly AsymmetricAlgorithm[],
) {
  const keySet = await importText(text, allowed).catch((error: unknown) => {
    assert.ok(error instanceof FormatError);
    assert.equal(error.message, 'no key fits an algorithm of the settings');
    return undefined;
  });
  return asymmetricAlgorithms.filter((algorithm) => keySet?.keyFor(algorithm, kid) !== undefined);
}

for (const [name, key] of Object.entries(testKeys) as [string, TestKey][]) {
  suite(`a key of type ${name}`, () => {
    test('in a set fits the algorithms of its type and curve', async () => {
      assert.deepEqual(await algorithmsOf(jwks(publicJwk(key, { kid: '7' })), '7'), key.fits);
    });

    test('in PEM fits the algorithms of its type and curve, for any kid and none', async () => {
      for (const kid of ['7', undefined]) assert.deepEqual(await algorithmsOf(pem(key), kid), key.fits);
    });

    test('fits none that the settings leave out', async () => {
      const allowed = asymmetricAlgorithms.filter((algorithm) => !key.fits.includes(algorithm));
      assert.deepEqual(await algorithmsOf(jwks(publicJwk(key, { kid: '7' })), '7', allowed), []);
      assert.deepEqual(await algorithmsOf(pem(key), undefined, allowed), []);
    });

    test('with an alg in the JWK fits that one alone, if it can', async () => {
      for (const alg of [...asymmetricAlgorithms, 'HS256', 'RSA-OAEP']) {
        const expected = key.fits.filter((algorithm) => algorithm === alg);
        assert.deepEqual(await algorithmsOf(jwks(publicJwk(key, { kid: '7', alg })), '7'), expected, alg);
      }
    });

    for (const algorithm of key.fits) {
      test(`verifies what its private key signed with ${algorithm}, and nothing else`, async () => {
        const keySet = await importText(jwks(publicJwk(key, { kid: '7' })));
        const verifier = keySet.keyFor(algorithm, '7');
        assert.ok(verifier);
        const token = mintToken({ claims: { exp: 1 }, algorithm, key: key.privateKey });
        const [header, , signature] = token.split('.');
        const altered = `${header}.${Buffer.from('{"exp":2}').toString('base64url')}.${signature}`;
        assert.equal(await verifySignature(token, verifier, algorithm), true);
        assert.equal(await verifySignature(altered, verifier, algorithm), false);
      });
    }
  });
}

suite('the key of a set', () => {
  const lone = jwks(publicJwk(rsa, { kid: '7' }));
  const two = [publicJwk(rsa, { kid: '7' }), publicJwk(otherRsa, { kid: '7' })];
  const same = publicJwk(rsa, { kid: '7', use: 'sig', alg: 'RS256' });
  const withExponent = (e: string) => jwks(publicJwk(rsa, { kid: '7', e }), publicJwk(rsa, { kid: '8' }));
  const offCurve = publicJwk(p256, { kid: '7', x: Buffer.alloc(32, 1).toString('base64url') });
  type Row = [name: string, kid: unknown, text: string, algorithm?: AsymmetricAlgorithm];
  const found: Row[] = [
    ['its kid', '7', lone],
    ['the kid of the same key twice', '7', jwks(publicJwk(rsa, { kid: '7' }), same)],
    ['the kid of a key with exponent 3', '7', jwks(publicJwk(rsa, { kid: '7', e: 'Aw' }))],
    ['the kid of a good key and a stub', '7', jwks({ kty: 'RSA', kid: '7' }, publicJwk(rsa, { kid: '7' }))],
    ['its kid, when two other keys share one', '8', jwks(...two, publicJwk(p256, { kid: '8' })), 'ES256'],
    [
      'the kid of two keys for different algorithms',
      '7',
      jwks(publicJwk(rsa, { kid: '7' }), publicJwk(p256, { kid: '7' })),
      'ES256',
    ],
  ];
  const notFound: Row[] = [
    ['the kid of another key', '8', lone],
    ['no kid', undefined, lone],
    ['a kid that is not text', 7, lone],
    ['the name of a built-in member', '__proto__', lone],
    ['the kid of two keys that both fit', '7', jwks(...two)],
    ['the kid of a key whose public exponent is 1', '7', withExponent('AQ')],
    ['the kid of a key whose public exponent is even', '7', withExponent('AQAA')],
    ['the kid of a key with exponent 1 in more bytes', '7', withExponent('AAAB')],
    ['the kid of a key without exponent', '7', withExponent('')],
    ['the kid of a key made for another algorithm', '7', jwks(publicJwk(rsa, { kid: '7', alg: 'RS512' }))],
    ['the kid of a point off its curve', '7', jwks(offCurve, publicJwk(rsa, { kid: '8' })), 'ES256'],
  ];
  for (const [isFound, rows] of [
    [true, found],
    [false, notFound],
  ] as const) {
    for (const [name, kid, text, algorithm = 'RS256'] of rows) {
      test(`is ${isFound ? '' : 'not '}found for ${algorithm} by ${name}`, async () => {
        const keySet = await importText(text).catch(() => undefined);
        assert.equal(keySet?.keyFor(algorithm, kid) !== undefined, isFound);
      });
    }
  }

  test('is the same object each time, so that verified tokens can be remembered by it', async () => {
    for (const text of [jwks(publicJwk(rsa, { kid: '7' })), pem(rsa)]) {
      const keySet = await importText(text);
      assert.equal(keySet.keyFor('RS256', '7'), keySet.keyFor('RS256', '7'));
      assert.notEqual(keySet.keyFor('RS256', '7'), keySet.keyFor('RS512', '7'));
    }
  });
});

suite('a key set of the largest size', () => {
  const largest = 150_000;
  const filled = (member: (index: number) => object) => {
    const keys: object[] = [publicJwk(rsa, { kid: 'good' })];
    let size = JSON.stringify({ keys }).length;
    for (let index = 0; ; index += 1) {
      const next = member(index);
      size += JSON.stringify(next).length + 1;
      if (size > largest) return jwks(...keys);
      keys.push(next);
    }
  };
  const randomText = (bytes: number) => randomBytes(bytes).toString('base64url');
  const sets: [name: string, member: (index: number) => object][] = [
    ['stubs with a kid', (index) => ({ kty: 'RSA', kid: `${index}` })],
    ['stubs with one kid', () => ({ kty: 'EC', crv: 'P-256', kid: 'a' })],
    ['short RSA keys', (index) => ({ kty: 'RSA', kid: `${index}`, e: 'AQAB', n: 'AQAB' })],
    ['RSA keys', (index) => ({ kty: 'RSA', kid: `${index}`, e: 'AQAB', n: `w${randomText(256).slice(1)}` })],
    [
      'points that are not on their curve',
      (index) => ({ kty: 'EC', crv: 'P-256', kid: `${index}`, x: randomText(32), y: randomText(32) }),
    ],
    ['Ed25519 keys', (index) => ({ kty: 'OKP', crv: 'Ed25519', kid: `${index}`, x: randomText(32) })],
    ['RSA keys of one kid', () => ({ kty: 'RSA', kid: 'a', e: 'AQAB', n: `w${randomText(256).slice(1)}` })],
  ];
  for (const [name, member] of sets) {
    test(`is read in a moment: ${name}`, async () => {
      const text = filled(member);
      let fastest = Number.POSITIVE_INFINITY;
      // The fastest of some runs counts, because other processes share the machine.
      for (let run = 0; run < 10 && fastest >= 0.3; run += 1) {
        const before = process.cpuUsage();
        const keySet = await importText(text);
        const { user, system } = process.cpuUsage(before);
        fastest = Math.min(fastest, (user + system) / 1e6);
        assert.ok(keySet.keyFor('RS256', 'good'));
      }
      assert.ok(fastest < 0.3, `${fastest} s`);
    });
  }
});
