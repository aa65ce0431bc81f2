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
