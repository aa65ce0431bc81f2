import type { webcrypto } from 'node:crypto';
import { verifySignature } from './verifySignature.ts';

/** Most tokens remembered for one key. A device repeats one token for its five minutes. */
const capacity = 1000;

/** The later and the earlier half of what is remembered for one key. */
interface Digests {
  later: Set<string>;
  earlier: Set<string>;
}

/**
 * Remembers which tokens a key has verified, so that a device's next request with the same token costs a look-up.
 *
 * Whether a key signed a token never changes, so nothing here can grow stale: a rotated secret is another key, which has
 * verified nothing yet, and the time, the claims and the binding are checked for each request by others. Only digests of
 * verified tokens are kept, the oldest half given up when there are too many: forged tokens take no room.
 */
export class VerifiedSignatures {
  readonly #digestsByKey = new WeakMap<webcrypto.CryptoKey, Digests>();

  /**
   * @param rawToken compact JWS
   * @param digest SHA-256 of the whole token
   * @returns whether this key signed the token
   */
  async verify(rawToken: string, digest: string, key: webcrypto.CryptoKey): Promise<boolean> {
    const digests = this.#digestsOf(key);
    if (digests.later.has(digest) || digests.earlier.has(digest)) return true;
    if (!(await verifySignature(rawToken, key))) return false;
    if (digests.later.size >= capacity / 2) {
      digests.earlier = digests.later;
      digests.later = new Set();
    }
    digests.later.add(digest);
    return true;
  }

  #digestsOf(key: webcrypto.CryptoKey): Digests {
    const known = this.#digestsByKey.get(key);
    if (known) return known;
    const digests: Digests = { later: new Set(), earlier: new Set() };
    this.#digestsByKey.set(key, digests);
    return digests;
  }
}
