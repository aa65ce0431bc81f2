import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import type { AsymmetricAlgorithm } from '../../../../src/token/algorithms.ts';

/** A key pair, and the algorithms that its type and curve are made for. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly fits: readonly AsymmetricAlgorithm[];
}

const rsaAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;

const ec = (namedCurve: string, fits: TestKey['fits']): TestKey => ({
  ...generateKeyPairSync('ec', { namedCurve }),
  fits,
});

/** One key pair of each type, those that fit no algorithm included. */
export const testKeys = {
  'RSA of 2048 bits': { ...generateKeyPairSync('rsa', { modulusLength: 2048 }), fits: rsaAlgorithms },
  'RSA of 2040 bits': { ...generateKeyPairSync('rsa', { modulusLength: 2040 }), fits: [] },
  'P-256': ec('P-256', ['ES256']),
  'P-384': ec('P-384', ['ES384']),
  'P-521': ec('P-521', ['ES512']),
  secp256k1: ec('secp256k1', []),
  Ed25519: { ...generateKeyPairSync('ed25519'), fits: ['EdDSA'] },
  Ed448: { ...generateKeyPairSync('ed448'), fits: [] },
  X25519: { ...generateKeyPairSync('x25519'), fits: [] },
} satisfies Record<string, TestKey>;

/** The public JWK of a key pair. */
export function publicJwk({ publicKey }: Pick<TestKey, 'publicKey'>, members: JWK = {}): JWK {
  return { ...(publicKey.export({ format: 'jwk' }) as JWK), ...members };
}

/** The private JWK of a key pair, which no set should hold. */
export function privateJwk({ privateKey }: Pick<TestKey, 'privateKey'>, members: JWK = {}): JWK {
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), ...members };
}

/** A symmetric JWK. */
export function symmetricJwk(members: JWK = {}): JWK {
  return { ...(createSecretKey(randomBytes(64)).export({ format: 'jwk' }) as JWK), ...members };
}

/** The public key in PEM. */
export function pem({ publicKey }: Pick<TestKey, 'publicKey'>): string {
  return publicKey.export({ type: 'spki', format: 'pem' }) as string;
}

/** The text of a JWK Set. */
export function jwks(...keys: readonly unknown[]): string {
  return JSON.stringify({ keys });
}
