import type { webcrypto } from 'node:crypto';
import type { AsymmetricAlgorithm } from '../token/signatureAlgorithm.ts';
import type { KeySetCache } from './keySetCache.ts';

/**
 * Finds the key that must have signed a token. When the set has none for its `kid`, it is fetched afresh, at most once in
 * 30 s for all such tokens, so that a new key is known at once.
 *
 * @param algorithm the token's `alg`, which the settings allow
 * @param kid the token's `kid`, as sent
 * @param since when the request came, by the steady clock, in milliseconds
 * @returns undefined when the set has no such key
 * @throws Failure when there is no key set, or it lacks the key and cannot be fetched afresh: a new key must not be refused
 *   because its set is out of reach
 */
export async function findKey(
  keySets: KeySetCache,
  algorithm: AsymmetricAlgorithm,
  kid: unknown,
  since: number,
): Promise<webcrypto.CryptoKey | undefined> {
  const seen = await keySets.current();
  const key = seen.keyFor(algorithm, kid);
  if (key || typeof kid !== 'string') return key;
  const fresh = await keySets.refreshAfterMismatch(seen, since);
  const freshKey = fresh?.keyFor(algorithm, kid);
  if (!freshKey && keySets.failure) throw keySets.failure;
  return freshKey;
}
