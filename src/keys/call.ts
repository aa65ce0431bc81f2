import { FetchError } from '../errors.ts';
import { type Clocks, Moment } from './moment.ts';

/** Where something is fetched from. */
export interface Source<Raw> {
  /** What messages call a fetch, such as `GetSecretValue`. */
  readonly call: string;
  /** Time for a whole fetch, in milliseconds awake. */
  readonly timeout: number;
  /**
   * Fetches once, without trying again, and gives its connection up when the signal is aborted.
   *
   * @throws FetchError
   */
  fetch(signal: AbortSignal): Promise<Raw>;
}

/**
 * One call to a source, and the one place that decides whether Lambda froze the environment during it.
 *
 * Lambda freezes an environment between requests, and with it the calls under way. When it thaws, an ordinary timer is
 * overdue and would end the call although its response may have arrived. So the time awake is counted in beats: the
 * call ends after `timeout` of it, and what the clocks show beyond it was a freeze.
 */
export class Call<Loaded> {
  readonly startedAt: Moment;
  readonly result: Promise<Loaded>;
  #awake = 0;
  /** Set when the call has ended. */
  #frozenFor: number | undefined;

  /** @param start does the work of the call, and fetches by {@link Call.fetch} */
  constructor(clocks: Clocks, start: (call: Call<Loaded>) => Promise<Loaded>) {
    this.startedAt = new Moment(clocks);
    this.result = start(this);
  }

  /** Whether the process was frozen during the call: then its failure says nothing about the source. */
  get wasFrozen(): boolean {
    return this.#frozen > timeLimits.slowness;
  }

  /** Whether the call was frozen for so long that nobody should wait for it. */
  get isLeftOver(): boolean {
    return this.#frozen > timeLimits.leftOver;
  }

  get #frozen(): number {
    return this.#frozenFor ?? this.startedAt.age - this.#awake;
  }

  /** Fetches within the time limit, which ends with a FetchError `TimeoutError`. */
  async fetch<Raw>(source: Source<Raw>): Promise<Raw> {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        this.#awake += timeLimits.beat;
        if (this.#awake < source.timeout) return;
        reject(new FetchError(source.call, 'TimeoutError'));
        controller.abort();
      }, timeLimits.beat);
    });
    try {
      return await Promise.race([source.fetch(controller.signal), timeUp]);
    } finally {
      clearInterval(timer);
      this.#frozenFor = this.startedAt.age - this.#awake;
    }
  }
}

/** Every time limit of fetching, in milliseconds. How long what was fetched is used is a setting. */
export const timeLimits = {
  /** To connect to Secrets Manager. */
  connection: 1000,
  /** For a whole call to Secrets Manager, its body included, counted while the process is awake. */
  secretsManagerCall: 2000,
  /** For a whole call for a key set, counted in the same way. */
  keySetCall: 1500,
  /** A call that lasts this much longer than the process was awake was frozen; a slow process stays below it. */
  slowness: 500,
  /** How often a call under way counts that the process is awake. */
  beat: 100,
  /** A call frozen for longer than this is left over: its connection is likely gone, so nobody waits for it. */
  leftOver: 5000,
  /** The first pause after a failed call. Each further failure doubles it. */
  shortestPause: 1000,
  /** The longest pause after a failed call. */
  longestPause: 60_000,
  /** The least time between two fetches caused by signatures that do not verify, or by unknown keys. */
  mismatchRefresh: 30_000,
} as const;
