/** How often it is looked whether the process is awake, milliseconds. */
const beat = 100;

/** So much longer than it was awake, in milliseconds, a process takes only when it was frozen, not when it is slow. */
const longestDelay = 500;

/**
 * Ends a call after some time in which the process was awake. Lambda freezes an environment between requests, and with it
 * the calls under way: a timer that is overdue when the environment thaws would end them, with the answer at the door.
 */
export class AwakeDeadline {
  readonly #controller = new AbortController();
  readonly #startedAt = performance.now();
  readonly #passed: Promise<never>;
  #timer: NodeJS.Timeout | undefined;
  #awake = 0;

  /** @param after milliseconds awake */
  constructor(after: number) {
    this.#passed = new Promise((_, reject) => {
      this.#timer = setInterval(() => {
        this.#awake += beat;
        if (this.#awake < after) return;
        this.end();
        reject(new DOMException('', 'TimeoutError'));
        this.#controller.abort();
      }, beat);
    });
  }

  /** Aborted when the time is over: whoever holds a connection gives it up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether much more time has passed than the process was awake. */
  get wasFrozen(): boolean {
    return performance.now() - this.#startedAt - this.#awake > longestDelay;
  }

  /** What the call gives, or a `TimeoutError` when the time is over before. */
  race<T>(call: Promise<T>): Promise<T> {
    return Promise.race([call, this.#passed]);
  }

  /** The time counts no longer. */
  end(): void {
    clearInterval(this.#timer);
  }
}
