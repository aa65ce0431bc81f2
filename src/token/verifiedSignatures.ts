import type { webcrypto } from 'node:crypto';
import { verifySignature } from './verifySignature.ts';

/** Most tokens remembered for one key. A device repeats one token for its five minutes. */
const capacity = 1000;

/**
 * Remembers which tokens a key has verified, so that a device's next request with the same token costs a look-up.
 *
 * Whether a key signed a token never changes, so nothing here can grow stale: a rotated secret is another key, which has
 * verified nothing yet, and the time, the claims and the binding are checked for each request by others. Only digests of
 * verified tokens are kept, the oldest given up first: forged tokens take no room.
 */
export class VerifiedSignatures {
  readonly #digestsByKey = new WeakMap<webcrypto.CryptoKey, Set<string>>();

  /**
   * @param rawToken compact JWS
   * @param digest SHA-256 of the whole token
   * @returns whether this key signed the token
   */
  async verify(rawToken: string, digest: string, key: webcrypto.CryptoKey): Promise<boolean> {
    const digests = this.#digestsOf(key);
    if (digests.has(digest)) return true;
    if (!(await verifySignature(rawToken, key))) return false;
    if (digests.size >= capacity) digests.delete(digests.values().next().value as string);
    digests.add(digest);
    return true;
  }

  #digestsOf(key: webcrypto.CryptoKey): Set<string> {
    const known = this.#digestsByKey.get(key);
    if (known) return known;
    const digests = new Set<string>();
    this.#digestsByKey.set(key, digests);
    return digests;
  }
}
