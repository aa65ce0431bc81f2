import { SecretFormatError } from './decodeSecret.ts';
import { type FetchOptions, SecretFetcher } from './secretFetcher.ts';
import type { SecretVersion } from './secretSource.ts';

/** How long a fetched secret is used. */
export interface SecretLife {
  /** milliseconds after which a cached secret is fetched again, in the background */
  readonly ttl: number;
  /** milliseconds up to which it still serves while fetching fails; below `ttl` it counts as `ttl` */
  readonly maxStale: number;
  /** milliseconds after the current version's creation in which the previous version verifies too; 0: never */
  readonly previousGrace: number;
}

/** What a {@link SecretCache} is made of. */
export interface SecretCacheOptions<Key> extends FetchOptions {
  /** reads a secret's value; throws SecretFormatError */
  readonly parse: (text: string) => Promise<Key>;
  readonly life: SecretLife;
}

/** A version of the secret, ready for use: the same object for as long as the version stays current. */
export interface LoadedSecret<Key> {
  readonly key: Key;
  readonly version: SecretVersion;
}

/** The version before a current one. */
interface PreviousSecret<Key> {
  readonly of: LoadedSecret<Key>;
  readonly fetcher: SecretFetcher<LoadedSecret<Key>>;
  /** unset until it is known; then without a secret when there is none */
  fetched?: { readonly secret: LoadedSecret<Key> | undefined };
}

/** Least time between two fetches that bad signatures cause, milliseconds. */
const mismatchRefreshInterval = 30_000;

/**
 * Keeps one secret of Secrets Manager: fetched again in the background when its time is over, served stale while fetching
 * fails, fetched at once when a signature does not verify, with the previous version beside it for a while after a
 * rotation.
 */
export class SecretCache<Key> {
  readonly #options: SecretCacheOptions<Key>;
  readonly #currentFetcher: SecretFetcher<LoadedSecret<Key>>;
  #current: LoadedSecret<Key> | undefined;
  /** start of the latest call that confirmed the current secret, milliseconds since 1970 UTC */
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #previous: PreviousSecret<Key> | undefined;
  #mismatchRefreshAt = Number.NEGATIVE_INFINITY;

  constructor(options: SecretCacheOptions<Key>) {
    this.#options = options;
    this.#currentFetcher = new SecretFetcher(
      'AWSCURRENT',
      (version, startedAt) => this.#loadCurrent(version, startedAt),
      options,
    );
  }

  /** Whether the secret in use is past its time: fetching it again is due, or fails. */
  get servesStale(): boolean {
    return this.#current !== undefined && this.#age > this.#options.life.ttl;
  }

  get #age(): number {
    return this.#options.clock() - this.#confirmedAt;
  }

  /** Starts fetching before the first request needs the secret. A failure is kept for that request. */
  prefetch(): void {
    this.#currentFetcher.start();
  }

  /**
   * The current secret. Waits only while there is none, or none young enough to serve.
   *
   * @throws Failure when it cannot be had
   */
  async current(): Promise<LoadedSecret<Key>> {
    const { atHand } = this;
    if (!atHand) return (await this.#currentFetcher.fetch()) as LoadedSecret<Key>;
    if (this.servesStale && this.#currentFetcher.mayStart) this.#currentFetcher.start();
    return atHand;
  }

  /** What {@link current} would give without waiting; undefined when it would wait. */
  get atHand(): LoadedSecret<Key> | undefined {
    const { life } = this.#options;
    return this.#age <= Math.max(life.ttl, life.maxStale) ? this.#current : undefined;
  }

  /**
   * The version before `current`, within its grace.
   *
   * @returns undefined when there is none, or its grace is over
   * @throws Failure when it cannot be had: whether it would verify is then not known
   */
  async previousOf(current: LoadedSecret<Key>): Promise<LoadedSecret<Key> | undefined> {
    const { clock, life } = this.#options;
    const { createdAt } = current.version;
    if (createdAt === undefined || clock() - createdAt >= life.previousGrace) return undefined;
    if (this.#previous?.of !== current) {
      // Of a fetcher of its own: a call from before the rotation would give the version before the one before.
      const load = (version: SecretVersion) => this.#loadPrevious(version);
      this.#previous = { of: current, fetcher: new SecretFetcher('AWSPREVIOUS', load, this.#options) };
    }
    const previous = this.#previous;
    previous.fetched ??= { secret: await previous.fetcher.fetch() };
    return previous.fetched.secret;
  }

  /**
   * Fetches the secret afresh after a signature that did not verify: it may have been rotated. At most once in 30 s,
   * shared by all who wait, and not while failed fetches make a pause.
   *
   * @param seen the current secret that did not verify
   * @param since when the request came, milliseconds since 1970 UTC: a fetch begun after that is fresh enough
   * @returns the secret that is current now; undefined when it is still `seen`
   */
  async refreshAfterMismatch(seen: LoadedSecret<Key>, since: number): Promise<LoadedSecret<Key> | undefined> {
    if (this.#current === seen) await this.#callInFlightEnded();
    if (this.#current === seen && this.#mayRefreshAfterMismatch(since)) {
      this.#mismatchRefreshAt = this.#options.clock();
      this.#currentFetcher.start();
    }
    // Whoever started it: all whose signature did not verify wait for it.
    if (this.#current === seen) await this.#callInFlightEnded();
    return this.#current === seen ? undefined : this.#current;
  }

  async #callInFlightEnded(): Promise<void> {
    await this.#currentFetcher.callInFlight?.result.catch(() => undefined);
  }

  #mayRefreshAfterMismatch(since: number): boolean {
    const sinceLast = this.#options.clock() - this.#mismatchRefreshAt;
    return this.#confirmedAt < since && sinceLast >= mismatchRefreshInterval && this.#currentFetcher.mayStart;
  }

  async #loadCurrent(version: SecretVersion, startedAt: number): Promise<LoadedSecret<Key>> {
    const known = this.#current;
    const isSame =
      known && known.version.versionId === version.versionId && known.version.text === version.text;
    const loaded = isSame ? known : { key: await this.#options.parse(version.text), version };
    // A call left over from before a freeze may end after a newer one.
    if (startedAt >= this.#confirmedAt) {
      this.#current = loaded;
      this.#confirmedAt = startedAt;
    }
    return loaded;
  }

  /** A previous version that is no secret counts as none: somebody put junk in, and has replaced it since. */
  async #loadPrevious(version: SecretVersion): Promise<LoadedSecret<Key> | undefined> {
    try {
      return { key: await this.#options.parse(version.text), version };
    } catch (error) {
      if (error instanceof SecretFormatError) return undefined;
      throw error;
    }
  }
}
