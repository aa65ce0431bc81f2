import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { FormatError } from '../../../src/errors.ts';
import { importKeySet } from '../../../src/keys/keySet.ts';
import { readPublicKeys } from '../../../src/keys/readPublicKeys.ts';
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

    for (const alg of [...asymmetricAlgorithms, 'HS256', 'RSA-OAEP']) {
      test(`with alg ${alg} in the JWK fits that one alone, if it can`, async () => {
        const expected = key.fits.filter((algorithm) => algorithm === alg);
        assert.deepEqual(await algorithmsOf(jwks(publicJwk(key, { kid: '7', alg })), '7'), expected);
      });
    }

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
  const choices: {
    name: string;
    text: string;
    algorithm?: AsymmetricAlgorithm;
    kid: unknown;
    found: boolean;
  }[] = [
    { name: 'its kid', text: jwks(publicJwk(rsa, { kid: '7' })), kid: '7', found: true },
    { name: 'the kid of another key', text: jwks(publicJwk(rsa, { kid: '7' })), kid: '8', found: false },
    { name: 'no kid', text: jwks(publicJwk(rsa, { kid: '7' })), kid: undefined, found: false },
    { name: 'a kid that is no string', text: jwks(publicJwk(rsa, { kid: '7' })), kid: 7, found: false },
    {
      name: 'the name of a built-in member',
      text: jwks(publicJwk(rsa, { kid: '7' })),
      kid: '__proto__',
      found: false,
    },
    {
      name: 'the kid of two keys that both fit',
      text: jwks(publicJwk(rsa, { kid: '7' }), publicJwk({ publicKey: otherRsa.publicKey }, { kid: '7' })),
      kid: '7',
      found: false,
    },
    {
      name: 'the kid of the same key twice',
      text: jwks(publicJwk(rsa, { kid: '7' }), publicJwk(rsa, { kid: '7', use: 'sig', alg: 'RS256' })),
      kid: '7',
      found: true,
    },
    {
      name: 'the kid of a key whose public exponent is 1',
      text: jwks(publicJwk(rsa, { kid: '7', e: 'AQ' }), publicJwk(rsa, { kid: '8' })),
      kid: '7',
      found: false,
    },
    {
      name: 'the kid of a key whose public exponent is even',
      text: jwks(publicJwk(rsa, { kid: '7', e: 'AQAA' }), publicJwk(rsa, { kid: '8' })),
      kid: '7',
      found: false,
    },
    {
      name: 'the kid of a key with exponent 1 in more bytes',
      text: jwks(publicJwk(rsa, { kid: '7', e: 'AAAB' }), publicJwk(rsa, { kid: '8' })),
      kid: '7',
      found: false,
    },
    {
      name: 'the kid of a key without exponent',
      text: jwks(publicJwk(rsa, { kid: '7', e: '' }), publicJwk(rsa, { kid: '8' })),
      kid: '7',
      found: false,
    },
    {
      name: 'the kid of a key with exponent 3',
      text: jwks(publicJwk(rsa, { kid: '7', e: 'Aw' })),
      kid: '7',
      found: true,
    },
    {
      name: 'the kid of a good key and a stub',
      text: jwks({ kty: 'RSA', kid: '7' }, publicJwk(rsa, { kid: '7' })),
      kid: '7',
      found: true,
    },
    {
      name: 'the kid of two keys, when a third has another',
      text: jwks(
        publicJwk(rsa, { kid: '7' }),
        publicJwk({ publicKey: otherRsa.publicKey }, { kid: '7' }),
        publicJwk(p256, { kid: '8' }),
      ),
      algorithm: 'ES256',
      kid: '8',
      found: true,
    },
    {
      name: 'the kid of two keys for different algorithms',
      text: jwks(publicJwk(rsa, { kid: '7' }), publicJwk(p256, { kid: '7' })),
      algorithm: 'ES256',
      kid: '7',
      found: true,
    },
    {
      name: 'the kid of a key made for another algorithm',
      text: jwks(publicJwk(rsa, { kid: '7', alg: 'RS512' })),
      kid: '7',
      found: false,
    },
    {
      name: 'the kid of a point that is not on its curve, beside a good key',
      text: jwks(
        publicJwk(p256, { kid: '7', x: Buffer.alloc(32, 1).toString('base64url') }),
        publicJwk(rsa, { kid: '8' }),
      ),
      algorithm: 'ES256',
      kid: '7',
      found: false,
    },
  ];
  for (const { name, text, algorithm = 'RS256', kid, found } of choices) {
    test(`is ${found ? '' : 'not '}found for ${algorithm} by ${name}`, async () => {
      const keySet = await importText(text).catch(() => undefined);
      assert.equal(keySet?.keyFor(algorithm, kid) !== undefined, found);
    });
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
  const sets: { name: string; member: (index: number) => object }[] = [
    { name: 'stubs with a kid', member: (index) => ({ kty: 'RSA', kid: `${index}` }) },
    { name: 'stubs with one kid', member: () => ({ kty: 'EC', crv: 'P-256', kid: 'a' }) },
    { name: 'short RSA keys', member: (index) => ({ kty: 'RSA', kid: `${index}`, e: 'AQAB', n: 'AQAB' }) },
    {
      name: 'RSA keys',
      member: (index) => ({ kty: 'RSA', kid: `${index}`, e: 'AQAB', n: `w${randomText(256).slice(1)}` }),
    },
    {
      name: 'points that are not on their curve',
      member: (index) => ({ kty: 'EC', crv: 'P-256', kid: `${index}`, x: randomText(32), y: randomText(32) }),
    },
    {
      name: 'Ed25519 keys',
      member: (index) => ({ kty: 'OKP', crv: 'Ed25519', kid: `${index}`, x: randomText(32) }),
    },
    {
      name: 'RSA keys of one kid',
      member: () => ({ kty: 'RSA', kid: 'a', e: 'AQAB', n: `w${randomText(256).slice(1)}` }),
    },
  ];
  for (const { name, member } of sets) {
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
