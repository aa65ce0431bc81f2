import type { webcrypto } from 'node:crypto';
import { createLocalJWKSet } from 'jose/jwks/local';
import { FormatError } from '../errors.ts';
import type { AsymmetricAlgorithm } from '../token/algorithms.ts';
import type { PublicKeys } from './readPublicKeys.ts';

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
 * one, and at least 2048 bits if it is RSA. Two keys that share a `kid` and fit the same algorithm are both left out,
 * because it is not known which of them is meant.
 *
 * @throws FormatError when no key fits an algorithm
 */
export async function importKeySet(
  { jwks, servesAnyKid }: PublicKeys,
  algorithms: readonly AsymmetricAlgorithm[],
): Promise<KeySet> {
  const choose = createLocalJWKSet({ keys: [...jwks] });
  const kids = new Set(jwks.map(({ kid }) => kid));
  const keys = new Map<AsymmetricAlgorithm, Map<unknown, webcrypto.CryptoKey>>();
  for (const alg of algorithms) {
    const keysByKid = new Map<unknown, webcrypto.CryptoKey>();
    for (const kid of kids) {
      const key = await strongKey(choose({ alg, ...(kid !== undefined && { kid }) }));
      if (key) keysByKid.set(kid, key);
    }
    if (keysByKid.size > 0) keys.set(alg, keysByKid);
  }
  if (keys.size === 0) throw new FormatError('no key fits an algorithm of the settings');
  return { keyFor: (algorithm, kid) => keys.get(algorithm)?.get(servesAnyKid ? undefined : kid) };
}

/** @returns undefined when jose finds no single key, cannot import it, or it is too short */
async function strongKey(choice: Promise<webcrypto.CryptoKey>): Promise<webcrypto.CryptoKey | undefined> {
  const key = await choice.catch(() => undefined);
  const { modulusLength = shortestModulus } = (key?.algorithm ?? {}) as Partial<webcrypto.RsaKeyAlgorithm>;
  return modulusLength < shortestModulus ? undefined : key;
}
