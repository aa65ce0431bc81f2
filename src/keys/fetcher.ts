import { Failure, type FailureCode, FetchError, FormatError } from '../errors.ts';
import { Call, type Source, timeLimits } from './call.ts';
import { type Clocks, Moment } from './moment.ts';

/** What a {@link Fetcher} needs in addition to its source. */
export interface FetchOptions {
  readonly clocks: Clocks;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** Codes of the failures thrown when nothing can be fetched, and when what was fetched is not what it must be. */
  readonly codes: { readonly unavailable: FailureCode; readonly invalid: FailureCode };
  /** Is told how each fetch ends. */
  readonly observer: { fetched(): void; fetchFailed(failure: Failure): void };
}

/**
 * Fetches from one source: at most one call is in flight for any number of waiting requests, and a doubling pause
 * follows each failure. It relies on no timer, for a Lambda environment is frozen between requests: the clocks decide
 * when a request comes.
 */
export class Fetcher<Raw, Loaded> {
  readonly #source: Source<Raw>;
  readonly #load: (raw: Raw, startedAt: Moment) => Promise<Loaded>;
  readonly #options: FetchOptions;
  #call: Call<Loaded> | undefined;
  /** That of the last call; undefined when it succeeded. */
  failure: Failure | undefined;
  #failuresInARow = 0;
  /** After the last failure; undefined when the last call succeeded. */
  #pause: { readonly since: Moment; readonly length: number } | undefined;

  /** @param load turns what was fetched into what is kept of it; throws FormatError */
  constructor(
    source: Source<Raw>,
    load: (raw: Raw, startedAt: Moment) => Promise<Loaded>,
    options: FetchOptions,
  ) {
    this.#source = source;
    this.#load = load;
    this.#options = options;
  }

  /** The call under way, unless it is left over from before a freeze. */
  get callInFlight(): Call<Loaded> | undefined {
    return this.#call?.isLeftOver ? undefined : this.#call;
  }

  /** Whether a call may be started now: none is in flight, and no failure makes a pause. */
  get mayStart(): boolean {
    return !this.callInFlight && (!this.#pause || this.#pause.since.isOver(this.#pause.length));
  }

  /** Starts a call in the background. During the pause after a failure, callers get that failure. */
  start(): Call<Loaded> {
    const call = new Call<Loaded>(this.#options.clocks, (started) => this.#fetch(started));
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
  async fetch(): Promise<Loaded> {
    if (!this.callInFlight && this.failure && !this.mayStart) throw this.failure;
    const call = this.callInFlight ?? this.start();
    try {
      return await call.result;
    } catch (failure) {
      if (!call.wasFrozen) throw failure;
      return (this.callInFlight ?? this.start()).result;
    }
  }

  async #fetch(call: Call<Loaded>): Promise<Loaded> {
    const { codes, observer } = this.#options;
    try {
      const loaded = await this.#load(await call.fetch(this.#source), call.startedAt);
      this.failure = undefined;
      this.#failuresInARow = 0;
      this.#pause = undefined;
      observer.fetched();
      return loaded;
    } catch (error) {
      const code = error instanceof FormatError ? codes.invalid : codes.unavailable;
      const failure = new Failure(code, messageOf(error), { cause: error });
      if (!call.wasFrozen) this.#pauseAfter(failure);
      throw failure;
    }
  }

  #pauseAfter(failure: Failure): void {
    const { clocks, random, observer } = this.#options;
    this.failure = failure;
    this.#failuresInARow += 1;
    this.#pause = { since: new Moment(clocks), length: retryPause(this.#failuresInARow, random()) };
    observer.fetchFailed(failure);
  }
}

/**
 * How long to leave a source alone after a failed call: twice as long after each, with up to half of it added at random
 * so that many environments do not come back at once.
 *
 * @param failures failed calls in a row, 1 or more
 * @param random 0 inclusive to 1 exclusive
 * @returns milliseconds, 1,000 to 60,000
 */
export function retryPause(failures: number, random: number): number {
  const { shortestPause, longestPause } = timeLimits;
  return Math.min(longestPause, shortestPause * 2 ** (failures - 1) * (1 + random / 2));
}

// Only the messages of this project's own errors are known to hold no value.
function messageOf(error: unknown): string {
  return error instanceof FormatError || error instanceof FetchError ? error.message : 'unexpected error';
}
