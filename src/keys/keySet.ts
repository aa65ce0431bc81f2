import type { webcrypto } from 'node:crypto';
import { importJWK } from 'jose/key/import';
import { FormatError } from '../errors.ts';
import type { AsymmetricAlgorithm } from '../token/algorithms.ts';
import type { PublicJwk, PublicKeys } from './readPublicKeys.ts';

/** Public keys, each imported for the algorithms that it may verify. */
export interface KeySet {
  /**
   * The key that must have signed a token.
   *
   * @param algorithm the token's `alg`, which the settings allow
   * @param kid the token's `kid`, as sent
   * @returns the same object for as long as the set lives; undefined when no key, or more than one, has this `kid` and is
   *   made for this algorithm
   */
  keyFor(algorithm: AsymmetricAlgorithm, kid: unknown): webcrypto.CryptoKey | undefined;
}

/** Shortest RSA modulus, in bits. @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.3} */
const shortestModulus = 2048;

/**
 * Imports keys for the algorithms of the settings. A key fits an algorithm by its type and curve, its own `alg` if it has
 * one, and at least 2048 bits if it is RSA. Two different keys that share a `kid` and fit the same algorithm are both left
 * out, because it is not known which of them is meant; the same key twice counts once. The time is linear in the keys.
 *
 * @throws FormatError when no key fits an algorithm
 */
export async function importKeySet(
  { jwks, servesAnyKid }: PublicKeys,
  algorithms: readonly AsymmetricAlgorithm[],
): Promise<KeySet> {
  const jwksByKid = Map.groupBy(jwks, ({ kid }) => kid);
  const keys = new Map<AsymmetricAlgorithm, Map<unknown, webcrypto.CryptoKey>>();
  for (const algorithm of algorithms) {
    const keysByKid = new Map<unknown, webcrypto.CryptoKey>();
    for (const [kid, sharing] of jwksByKid) {
      const key = await onlyKey(sharing, algorithm);
      if (key) keysByKid.set(kid, key);
    }
    if (keysByKid.size > 0) keys.set(algorithm, keysByKid);
  }
  if (keys.size === 0) throw new FormatError('no key fits an algorithm of the settings');
  return { keyFor: (algorithm, kid) => keys.get(algorithm)?.get(servesAnyKid ? undefined : kid) };
}

/** @returns undefined when none fits the algorithm, more than one does, or it is too short or no key at all */
async function onlyKey(
  jwks: readonly PublicJwk[],
  algorithm: AsymmetricAlgorithm,
): Promise<webcrypto.CryptoKey | undefined> {
  const fitting = jwks.filter((jwk) => fits(jwk, algorithm)).map(materialOf);
  const [material, ...others] = new Set(fitting.map((members) => JSON.stringify(members)));
  if (material === undefined || others.length > 0) return undefined;
  try {
    const key = (await importJWK(fitting[0] as object, algorithm)) as webcrypto.CryptoKey;
    const { modulusLength = shortestModulus } = key.algorithm as Partial<webcrypto.RsaKeyAlgorithm>;
    return modulusLength < shortestModulus ? undefined : key;
  } catch {
    return undefined;
  }
}

/** Type and curve that an algorithm needs. @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.1} */
const curves: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'Ed25519',
};

function fits({ kty, crv, alg }: PublicJwk, algorithm: AsymmetricAlgorithm): boolean {
  const curve = curves[algorithm];
  const type = curve === undefined ? 'RSA' : curve === 'Ed25519' ? 'OKP' : 'EC';
  return kty === type && (curve === undefined || crv === curve) && (alg === undefined || alg === algorithm);
}

/** The members that make a key the key that it is. */
function materialOf({ kty, crv, n, e, x, y }: PublicJwk): object {
  return { kty, crv, n, e, x, y };
}
