import type { Decision, LogEvent, StreamItem } from './protocol.ts';

/** Begins a line of the emulation's output that is a report. */
export const reportPrefix = 'console-report ';

/** How many decisions and events are kept for a page that is opened later. */
const kept = 500;

/** A report of `reportDecisions.ts`: of a decision, or of another log line. */
type Report =
  | { readonly line: string; readonly answer?: undefined }
  | {
      readonly isHttpApi: boolean;
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly line: string | undefined;
      readonly answer: Decision['answer'];
    };

/** Name of an API by its kind. */
export interface ApiNames {
  readonly rest: string;
  readonly http: string;
}

/** The decisions and events of this run, the latest last, and those who wait for them. */
export class DecisionFeed {
  readonly #items: (Decision | LogEvent)[] = [];
  readonly #subscribers = new Set<(item: StreamItem) => void>();
  readonly #waiting = new Map<string, (decision: Decision) => void>();
  readonly #clock: () => number;
  #nextId = 1;

  /** @param clock milliseconds since 1970 UTC. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Takes a report of the authorizer behind these APIs. */
  take(text: string, names: ApiNames): void {
    const report: Report = JSON.parse(text);
    const at = this.#clock();
    const id = this.#nextId++;
    if (report.answer === undefined) {
      const { level, message } = JSON.parse(report.line);
      this.#add({ kind: 'event', id, at, api: names.rest, level, message });
      return;
    }
    const { isHttpApi, method, path, headers, line, answer } = report;
    // A configuration that logs no decisions still shows its answers.
    const logged = line === undefined ? { decision: 'not logged', message: '' } : JSON.parse(line);
    const api = isHttpApi ? names.http : names.rest;
    const userAgent = headers['user-agent'] ?? '';
    const decision: Decision = {
      kind: 'decision',
      id,
      at,
      api,
      method,
      path,
      userAgent,
      line: logged,
      answer,
    };
    this.#add(decision);
    this.#waiting.get(headers['console-request'] ?? '')?.(decision);
  }

  /** Passes on what is no decision and no event. */
  publish(item: StreamItem): void {
    for (const subscriber of this.#subscribers) subscriber(item);
  }

  /** Gives all that is kept, and then each item as it comes. Returns how to end it. */
  subscribe(subscriber: (item: StreamItem) => void): () => void {
    for (const item of this.#items) subscriber(item);
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /**
   * Waits for the decision on a request with this `Console-Request` header.
   *
   * @returns undefined when there is none within the time.
   */
  async decisionOn(consoleRequest: string, signal: AbortSignal): Promise<Decision | undefined> {
    try {
      return await new Promise<Decision | undefined>((resolve) => {
        this.#waiting.set(consoleRequest, resolve);
        signal.addEventListener('abort', () => resolve(undefined), { once: true });
      });
    } finally {
      this.#waiting.delete(consoleRequest);
    }
  }

  #add(item: Decision | LogEvent): void {
    this.#items.push(item);
    if (this.#items.length > kept) this.#items.shift();
    this.publish(item);
  }
}
