import type { Failure } from '../errors.ts';
import { type Source, timeLimits } from './call.ts';
import { Fetcher, type FetchOptions } from './fetcher.ts';
import type { Moment } from './moment.ts';

/** How long a fetched value is used. */
export interface FetchedLife {
  /** Milliseconds after which a value is fetched again, in the background. */
  readonly ttl: number;
  /** Milliseconds up to which it still serves while fetching fails. Less than `ttl` counts as `ttl`. */
  readonly maxStale: number;
}

/** What a {@link FetchedCache} is made of. */
export interface FetchedCacheOptions<Raw, Value> extends FetchOptions {
  readonly source: Source<Raw>;
  /**
   * Makes a value of what was fetched: `known`, the one in the cache, when that was made of the same.
   *
   * @throws FormatError
   */
  readonly load: (raw: Raw, known: Value | undefined) => Promise<Value>;
  readonly life: FetchedLife;
}

/**
 * Keeps one fetched value. What differs between a secret and a set of keys is the source and what is made of its answer.
 *
 * | state | when | what a request does |
 * |---|---|---|
 * | absent | nothing was fetched yet | waits for a call; during the pause after a failure it fails |
 * | fresh | no older than `ttl` | uses the value |
 * | due | older than `ttl`, or the wall clock was set back past the fetch | uses the value, and starts a call |
 * | stale | as due, and the last call failed | uses the value, and starts a call when the pause is over |
 * | expired | older than `ttl` and `maxStale` | as absent |
 *
 * A call that a request does not wait for runs in the background. At most one call is in flight.
 * In any state, {@link FetchedCache.refreshAfterMismatch} fetches the value afresh for a signature that does not verify.
 */
export class FetchedCache<Raw, Value> {
  readonly #options: FetchedCacheOptions<Raw, Value>;
  readonly #fetcher: Fetcher<Raw, Value>;
  /** The value, and the start of the latest call that confirmed it. */
  #held: { readonly value: Value; readonly confirmedAt: Moment } | undefined;
  #mismatchRefreshAt: Moment | undefined;

  constructor(options: FetchedCacheOptions<Raw, Value>) {
    this.#options = options;
    this.#fetcher = new Fetcher(options.source, (raw, startedAt) => this.#load(raw, startedAt), options);
  }

  /** Where the value is in its life. */
  get state(): 'absent' | 'fresh' | 'due' | 'stale' | 'expired' {
    if (!this.#held) return 'absent';
    const { ttl, maxStale } = this.#options.life;
    const { age, wasSetBack } = this.#held.confirmedAt;
    if (age > Math.max(ttl, maxStale)) return 'expired';
    if (age <= ttl && !wasSetBack) return 'fresh';
    return this.#fetcher.failure ? 'stale' : 'due';
  }

  /** The failure of the last call; undefined when it succeeded. */
  get failure(): Failure | undefined {
    return this.#fetcher.failure;
  }

  /** Starts fetching before the first request needs the value. A failure is kept for that request. */
  prefetch(): void {
    this.#fetcher.start();
  }

  /**
   * The value. Waits only while there is none, or none young enough to serve.
   *
   * @throws Failure when it cannot be fetched
   */
  async current(): Promise<Value> {
    const { state } = this;
    if (!this.#held || state === 'expired') return this.#fetcher.fetch();
    const { value } = this.#held;
    if (state !== 'fresh' && this.#fetcher.mayStart) this.#fetcher.start();
    return value;
  }

  /**
   * Fetches the value afresh after a signature that did not verify: it may have been rotated. This happens at most once
   * in 30 s, is shared by all who wait, and waits for the end of a pause after failed calls.
   *
   * @param seen the value that did not verify the signature
   * @param arrivedAt when the request came, by the steady clock: a fetch begun after that is fresh enough
   * @returns the value that is current now; undefined when it is still `seen`
   */
  async refreshAfterMismatch(seen: Value, arrivedAt: number): Promise<Value | undefined> {
    if (this.#holds(seen)) await this.#callInFlightEnded();
    if (this.#holds(seen, arrivedAt) && this.#mayRefreshAfterMismatch) {
      this.#mismatchRefreshAt = this.#fetcher.start().startedAt;
    }
    // Whoever started it: all whose signature did not verify wait for it.
    if (this.#holds(seen)) await this.#callInFlightEnded();
    return this.#holds(seen) ? undefined : this.#held?.value;
  }

  /** @param before the value counts only when it was confirmed before, by the steady clock */
  #holds(value: Value, before = Number.POSITIVE_INFINITY): boolean {
    return this.#held?.value === value && this.#held.confirmedAt.steady < before;
  }

  async #callInFlightEnded(): Promise<void> {
    await this.#fetcher.callInFlight?.result.catch(() => undefined);
  }

  get #mayRefreshAfterMismatch(): boolean {
    const last = this.#mismatchRefreshAt;
    return this.#fetcher.mayStart && (!last || last.isOver(timeLimits.mismatchRefresh));
  }

  async #load(raw: Raw, startedAt: Moment): Promise<Value> {
    const value = await this.#options.load(raw, this.#held?.value);
    // A call left over from before a freeze may end after a newer one.
    if (!this.#held || startedAt.steady >= this.#held.confirmedAt.steady) {
      this.#held = { value, confirmedAt: startedAt };
    }
    return value;
  }
}
