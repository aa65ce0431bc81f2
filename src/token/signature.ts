import type { webcrypto } from 'node:crypto';
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

/** The most tokens remembered. A device repeats its token for five minutes, and a user for an hour. */
const capacity = 1000;

/**
 * Remembers the tokens verified last, so that the next request with the same token is neither parsed nor verified again.
 * When there are too many, the older half is dropped.
 *
 * Whether a key signed a token never changes, so nothing here becomes stale. Who asks compares the key: a rotated secret is
 * another key, which has verified nothing yet. Time, issuer and the like are checked with each request.
 *
 * @typeParam Token what is known of a verified token
 */
export class VerifiedTokens<Token extends { readonly key: webcrypto.CryptoKey }> {
  #later = new Map<string, Token>();
  #earlier = new Map<string, Token>();

  /** @param digest SHA-256 of the whole token */
  get(digest: string): Token | undefined {
    return this.#later.get(digest) ?? this.#earlier.get(digest);
  }

  /** Only for a verified token: forged ones must take no room. */
  set(digest: string, token: Token): void {
    if (this.#later.size >= capacity / 2) {
      this.#earlier = this.#later;
      this.#later = new Map();
    }
    this.#later.set(digest, token);
  }
}
