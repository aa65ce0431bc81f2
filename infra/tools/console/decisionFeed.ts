import type { Decision, LogEvent, LoggedDecision, StreamItem } from './protocol.ts';

/** How many decisions and events are kept for a page that is opened later. */
const kept = 500;

/** What `local/insideEmulator.ts` reports: a decision, or another log line. */
export type Report =
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

  /** Takes a report of the authorizer behind these APIs, as JSON. One that cannot be read is dropped. */
  take(text: string, names: ApiNames): void {
    const report = parsed(text) as Report | undefined;
    const entry = parsed(report?.line ?? (report?.answer ? '{"decision":"not logged","message":""}' : ''));
    if (report === undefined || entry === undefined) return;
    const at = this.#clock();
    const id = this.#nextId++;
    if (report.answer === undefined) {
      const { level, message } = entry as LogEvent;
      this.#add({ kind: 'event', id, at, api: names.rest, level, message });
      return;
    }
    const { isHttpApi, method, path, headers, answer } = report;
    if (typeof headers !== 'object') return;
    const api = isHttpApi ? names.http : names.rest;
    const decision: Decision = {
      kind: 'decision',
      id,
      at,
      api,
      method,
      path,
      userAgent: headers['user-agent'] ?? '',
      line: entry as LoggedDecision,
      answer,
      awsStatus: awsStatus(answer, isHttpApi),
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

/**
 * What API Gateway answers to an authorizer's answer. `serverless offline` differs: it has no gateway responses, and makes
 * every failure a 401.
 */
function awsStatus(answer: Decision['answer'], isHttpApi: boolean): number | undefined {
  if ('threw' in answer) return answer.threw === 'Unauthorized' && !isHttpApi ? 401 : 500;
  if (!JSON.stringify(answer).includes('"Effect":"Deny"')) return undefined;
  return refusalStatus(isHttpApi);
}

/** A Deny is a 403, which the gateway response of a stack's REST API makes a 401. */
export function refusalStatus(isHttpApi: boolean): 401 | 403 {
  return isHttpApi ? 403 : 401;
}

/** An object from JSON. Undefined for anything else. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}
