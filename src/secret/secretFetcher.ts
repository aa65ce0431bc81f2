import { Failure, type FailureCode } from '../decision/failure.ts';
import { SecretFormatError } from './decodeSecret.ts';
import { retryPause } from './retryPause.ts';
import { SecretFetchError } from './secretFetchError.ts';
import type { SecretSource, SecretVersion, VersionStage } from './secretSource.ts';

/** Is told how each fetch ends. */
export interface SecretObserver {
  fetched(): void;
  fetchFailed(failure: Failure): void;
}

/** What a fetcher needs from outside. */
export interface FetchOptions {
  readonly source: SecretSource;
  /** milliseconds since 1970 UTC */
  readonly clock: () => number;
  /** 0 inclusive to 1 exclusive */
  readonly random: () => number;
  /** codes of the failures thrown when the secret cannot be had, and when its value is no secret */
  readonly codes: { readonly unavailable: FailureCode; readonly invalid: FailureCode };
  readonly observer: SecretObserver;
}

/** One call to Secrets Manager. */
export interface FetchCall<Loaded> {
  /** milliseconds since 1970 UTC */
  readonly startedAt: number;
  /** undefined when the secret has no version with the stage; rejects with a Failure */
  readonly result: Promise<Loaded | undefined>;
}

/**
 * Every call ends within its timeouts while the environment is awake. One that lasts longer was under way when Lambda froze
 * it for so long that the connection is likely gone: nobody waits for it, and its failure says nothing about Secrets Manager.
 */
const longestCall = 5_000;

/**
 * Fetches one stage of a secret: at most one call in flight for any number of waiting requests, and a pause after each
 * failure that doubles. It relies on no timer, for a Lambda environment is frozen between requests: all is decided by the
 * clock when a request comes.
 */
export class SecretFetcher<Loaded> {
  readonly #stage: VersionStage;
  readonly #load: (version: SecretVersion, startedAt: number) => Promise<Loaded | undefined>;
  readonly #options: FetchOptions;
  #call: FetchCall<Loaded> | undefined;
  #failure: Failure | undefined;
  #failuresInARow = 0;
  #retryAt = Number.NEGATIVE_INFINITY;

  /**
   * @param load turns a fetched version into what is kept of it; throws SecretFormatError
   */
  constructor(
    stage: VersionStage,
    load: (version: SecretVersion, startedAt: number) => Promise<Loaded | undefined>,
    options: FetchOptions,
  ) {
    this.#stage = stage;
    this.#load = load;
    this.#options = options;
  }

  /** The call under way, unless it is left over from before a freeze. */
  get callInFlight(): FetchCall<Loaded> | undefined {
    return this.#call && !this.#isLeftOver(this.#call) ? this.#call : undefined;
  }

  /** Whether a call may be started now: none is in flight, and no failure makes a pause. */
  get mayStart(): boolean {
    return !this.callInFlight && this.#options.clock() >= this.#retryAt;
  }

  /** Starts a call. Nobody has to wait for it: its failure is kept for whoever asks during the pause. */
  start(): FetchCall<Loaded> {
    const startedAt = this.#options.clock();
    const call: FetchCall<Loaded> = { startedAt, result: this.#fetch(startedAt) };
    const end = () => {
      if (this.#call === call) this.#call = undefined;
    };
    call.result.then(end, end);
    this.#call = call;
    return call;
  }

  /**
   * Waits for the call in flight, or for a new one.
   *
   * @throws Failure of that call, or during a pause that of the last one
   */
  async fetch(): Promise<Loaded | undefined> {
    if (!this.callInFlight && this.#failure && !this.mayStart) throw this.#failure;
    const call = this.callInFlight ?? this.start();
    try {
      return await call.result;
    } catch (failure) {
      if (!this.#saysNothing((failure as Failure).cause, call)) throw failure;
      return (this.callInFlight ?? this.start()).result;
    }
  }

  async #fetch(startedAt: number): Promise<Loaded | undefined> {
    const { source, codes, observer } = this.#options;
    try {
      const version = await source(this.#stage);
      const loaded = version && (await this.#load(version, startedAt));
      this.#failure = undefined;
      this.#failuresInARow = 0;
      this.#retryAt = Number.NEGATIVE_INFINITY;
      observer.fetched();
      return loaded;
    } catch (error) {
      const isFormat = error instanceof SecretFormatError;
      const failure = new Failure(isFormat ? codes.invalid : codes.unavailable, messageOf(error), {
        cause: error,
      });
      if (!this.#saysNothing(error, { startedAt })) this.#pauseAfter(failure);
      throw failure;
    }
  }

  #pauseAfter(failure: Failure): void {
    const { clock, random, observer } = this.#options;
    this.#failure = failure;
    this.#failuresInARow += 1;
    this.#retryAt = clock() + retryPause(this.#failuresInARow, random());
    observer.fetchFailed(failure);
  }

  /** The failure of a call that was frozen is none of Secrets Manager's. */
  #saysNothing(error: unknown, call: { readonly startedAt: number }): boolean {
    return this.#isLeftOver(call) || (error instanceof SecretFetchError && error.wasFrozen);
  }

  #isLeftOver({ startedAt }: { readonly startedAt: number }): boolean {
    return this.#options.clock() - startedAt > longestCall;
  }
}

// Only the messages of this project's own errors are known to hold no value.
function messageOf(error: unknown): string {
  return error instanceof SecretFormatError || error instanceof SecretFetchError
    ? error.message
    : 'unexpected error';
}
