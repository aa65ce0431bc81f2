import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { suite, test } from 'node:test';
import * as jose from 'jose';
import { newKeysetKey } from '../../../../infra/tools/approov/keysetKey.ts';
import { mintToken, type TokenParts, tokenBinding } from '../../../../infra/tools/approov/mint.ts';
import { asymmetricAlgorithms } from '../../../../src/token/algorithms.ts';

const key = Buffer.alloc(64, 7);
const claims = { exp: 1_900_000_000.25, did: 'ExampleApproovTokenDID==' };

suite('mintToken', () => {
  const sound: {
    algorithm: TokenParts['algorithm'];
    key: TokenParts['key'];
    verify: jose.CryptoKey | unknown;
  }[] = [
    { algorithm: 'HS256', key, verify: key },
    { algorithm: 'HS384', key, verify: key },
    { algorithm: 'HS512', key, verify: key },
    ...asymmetricAlgorithms.map((algorithm) => {
      const privateKey = newKeysetKey(algorithm);
      return { algorithm, key: privateKey, verify: createPublicKey(privateKey) };
    }),
  ];
  for (const { algorithm, key, verify } of sound) {
    test(`an ${algorithm} token verifies with another implementation`, async () => {
      const token = mintToken({ claims, algorithm, key } as TokenParts);
      const { payload, protectedHeader } = await jose.jwtVerify(token, verify as Uint8Array, {
        algorithms: [algorithm as string],
      });
      assert.deepEqual(payload, claims);
      assert.deepEqual(protectedHeader, { alg: algorithm, typ: 'JWT' });
    });
  }

  test('alg none has an empty signature', () => {
    assert.match(mintToken({ claims, algorithm: 'none' }), /^[\w-]+\.[\w-]+\.$/);
  });

  test('header members are added, and replace the defaults', () => {
    const token = mintToken({ claims, key, header: { alg: 'none', kid: 'k1' } });
    assert.deepEqual(jose.decodeProtectedHeader(token), { alg: 'none', typ: 'JWT', kid: 'k1' });
  });

  test('raw text and bytes are used as they are, with a valid signature', () => {
    const token = mintToken({ header: 'not json', claims: Uint8Array.of(0xff, 0xfe), key });
    const [header, payload, signature] = token.split('.') as [string, string, string];
    assert.equal(Buffer.from(header, 'base64url').toString(), 'not json');
    assert.deepEqual([...Buffer.from(payload, 'base64url')], [0xff, 0xfe]);
    assert.equal(createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url'), signature);
  });

  const misuse: { case: string; parts: TokenParts; message: RegExp }[] = [
    { case: 'no key', parts: { claims }, message: /^HS256 needs a key$/ },
    { case: 'bytes for RSA', parts: { claims, algorithm: 'RS256', key }, message: /needs a private key/ },
  ];
  for (const { case: title, parts, message } of misuse) {
    test(`${title} is a TypeError`, () => {
      assert.throws(() => mintToken(parts), { name: 'TypeError', message });
    });
  }
});

suite('tokenBinding', () => {
  // The hashes are of `printf '%s' TEXT | openssl dgst -sha256 -binary | base64`.
  const cases: [title: string, values: string[], expected: string][] = [
    ['one value', ['Bearer abc'], 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='],
    ['outer spaces', ['  Bearer abc\t'], 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='],
    ['several in order', ['Bearer abc', ' device-1 '], 'Q9tgRWizINFQfiGuCKVQ9UmgCEoPE+NZOi7PJKe9be4='],
  ];
  for (const [title, values, expected] of cases) {
    test(title, () => assert.equal(tokenBinding(...values), expected));
  }
});
