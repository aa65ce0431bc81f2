import type { webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { JWSSignatureVerificationFailed } from 'jose/errors';
import { compactVerify } from 'jose/jws/compact/verify';
import type { SignatureAlgorithm } from './algorithms.ts';

/**
 * Verifies the signature of a token.
 *
 * @param rawToken compact JWS
 * @param key imported once for many tokens, for this algorithm alone
 * @param algorithm the token's `alg`, which the settings allow and the key is made for
 * @returns whether this key signed the token
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3}
 */
export async function verifySignature(
  rawToken: string,
  key: webcrypto.CryptoKey,
  algorithm: SignatureAlgorithm,
): Promise<boolean> {
  try {
    await compactVerify(rawToken, key, { algorithms: [algorithm] });
    return true;
  } catch (error) {
    if (error instanceof JWSSignatureVerificationFailed) return false;
    throw error;
  }
}

/**
 * Remembers which tokens a key has verified, so that a device's next request with the same token costs a look-up.
 *
 * Whether a key signed a token never changes, so nothing here becomes stale. A rotated secret is another key, which has
 * verified nothing yet, and each request has its time, claims and binding checked elsewhere. Only digests of verified
 * tokens are kept, so forged tokens take no room. When there are too many, the older half is dropped.
 */
export class VerifiedSignatures {
  readonly #verifiedByKey = new WeakMap<webcrypto.CryptoKey, RecentTokens<true>>();

  /**
   * Begins to verify a token with the key that will be asked for first, and returns when the thread pool computes. What
   * the caller does before it asks for the result takes no time from the request. It need not ask.
   *
   * @param rawToken compact JWS
   * @param digest SHA-256 of the whole token
   * @param likelyKey the key that will be asked for first; without one, nothing begins
   * @param algorithm the token's `alg`, which the settings allow and the key is made for
   * @returns whether a key signed the token
   */
  async begin(
    rawToken: string,
    digest: string,
    likelyKey: webcrypto.CryptoKey | undefined,
    algorithm: SignatureAlgorithm,
  ): Promise<(key: webcrypto.CryptoKey) => Promise<boolean>> {
    const verify = (key: webcrypto.CryptoKey) => this.verify(rawToken, digest, key, algorithm);
    if (!likelyKey || this.#remembers(digest, likelyKey)) return verify;
    const begun = verify(likelyKey);
    // If nobody asks, its failure is of no interest.
    void Promise.allSettled([begun]);
    await microtasksDone();
    return (key) => (key === likelyKey ? begun : verify(key));
  }

  /**
   * @param rawToken compact JWS
   * @param digest SHA-256 of the whole token
   * @param key made for the algorithm
   * @param algorithm the token's `alg`, which the settings allow
   * @returns whether this key signed the token
   */
  async verify(
    rawToken: string,
    digest: string,
    key: webcrypto.CryptoKey,
    algorithm: SignatureAlgorithm,
  ): Promise<boolean> {
    if (this.#remembers(digest, key)) return true;
    if (!(await verifySignature(rawToken, key, algorithm))) return false;
    this.#verifiedBy(key).set(digest, true);
    return true;
  }

  #remembers(digest: string, key: webcrypto.CryptoKey): boolean {
    return this.#verifiedBy(key).get(digest) === true;
  }

  #verifiedBy(key: webcrypto.CryptoKey): RecentTokens<true> {
    const known = this.#verifiedByKey.get(key);
    if (known) return known;
    const verified = new RecentTokens<true>();
    this.#verifiedByKey.set(key, verified);
    return verified;
  }
}

/** Ends when every pending promise has run: by then the thread pool has the work. */
const microtasksDone = promisify(process.nextTick) as () => Promise<void>;

/** The most tokens remembered. A device repeats its token for five minutes, and a user for an hour. */
const capacity = 1000;

/**
 * Remembers what came of the tokens verified last, by their digests. When there are too many, the older half is
 * dropped.
 *
 * @typeParam Verified what is known of a verified token
 */
export class RecentTokens<Verified> {
  #later = new Map<string, Verified>();
  #earlier = new Map<string, Verified>();

  /** @param digest SHA-256 of the whole token */
  get(digest: string): Verified | undefined {
    return this.#later.get(digest) ?? this.#earlier.get(digest);
  }

  /** Only for a verified token: forged ones must take no room. */
  set(digest: string, verified: Verified): void {
    if (this.#later.size >= capacity / 2) {
      this.#earlier = this.#later;
      this.#later = new Map();
    }
    this.#later.set(digest, verified);
  }
}
