import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AsymmetricAlgorithm } from '../../../src/token/algorithms.ts';

/** Curves by Node.js's names. @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.4} */
const curves: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};

/** Makes a private key for an algorithm, as `approov keyset -add` does. RSA keys have 2048 bits. */
export function newKeysetKey(algorithm: AsymmetricAlgorithm): KeyObject {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519').privateKey;
  const namedCurve = curves[algorithm];
  return namedCurve === undefined
    ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    : generateKeyPairSync('ec', { namedCurve }).privateKey;
}

/** Whether a key can sign with an algorithm. */
export function fitsAlgorithm(key: KeyObject, algorithm: AsymmetricAlgorithm): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (algorithm === 'EdDSA') return type === 'ed25519';
  const namedCurve = curves[algorithm];
  return namedCurve === undefined
    ? type === 'rsa' && (details.modulusLength as number) >= 2048
    : details.namedCurve === namedCurve;
}

/** The public JWK of a private key, as a keyset publishes it. */
export function publicJwk(privateKey: KeyObject, algorithm: AsymmetricAlgorithm, kid: string): object {
  return { ...createPublicKey(privateKey).export({ format: 'jwk' }), use: 'sig', alg: algorithm, kid };
}
