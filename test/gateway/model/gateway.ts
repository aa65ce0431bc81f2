import { randomUUID } from 'node:crypto';
import { type Api, type ClientRequest, invokeArn, routeOf } from './api.ts';
import { authorizerEvent } from './authorizerEvent.ts';
import { type AuthorizerResult, decide, isServedFromCache, readResult } from './authorizerResult.ts';
import { backendEvent } from './backendEvent.ts';
import { identityOf } from './identitySources.ts';

/** What the client and the backend get for one request. */
export interface Outcome {
  /** 200 stands for the backend's answer. */
  readonly status: 200 | 401 | 403 | 404 | 500;
  /** Whether the authorizer function was called for it. */
  readonly called: boolean;
  /** The backend's event, with status 200. */
  readonly event?: object;
}

/** The authorizer function. */
export type AuthorizerFunction = (event: unknown) => Promise<unknown>;

interface Cached {
  readonly result: AuthorizerResult;
  readonly until: number;
}

/**
 * What API Gateway does with a REQUEST authorizer, according to its documentation and reports of users: identity
 * sources, the event, the cache, IAM's evaluation of a policy, and the resulting status.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export class Gateway {
  readonly #api: Api;
  readonly #authorizer: AuthorizerFunction;
  readonly #clock: () => number;
  readonly #cache = new Map<string, Cached>();

  /** @param clock - milliseconds since the epoch */
  constructor(api: Api, authorizer: AuthorizerFunction, clock: () => number) {
    this.#api = api;
    this.#authorizer = authorizer;
    this.#clock = clock;
  }

  /** Handles a request of a client. */
  async send(request: ClientRequest): Promise<Outcome> {
    const route = routeOf(this.#api, request);
    if (route === undefined) return { status: 404, called: false };
    const identity = identityOf(this.#api, request);
    if (identity === undefined) return { status: 401, called: false };
    const cached = this.#cached(identity);
    if (cached) {
      return isServedFromCache(this.#api.kind, cached)
        ? this.#answer(request, cached, false)
        : { status: 500, called: false };
    }
    const facts = { route, identity, requestId: randomUUID(), at: this.#clock() };
    const result = await this.#call(authorizerEvent(this.#api, request, facts));
    if (typeof result === 'number') return { status: result, called: true };
    this.#keep(identity, result);
    return this.#answer(request, result, true);
  }

  async #answer(request: ClientRequest, result: AuthorizerResult, called: boolean): Promise<Outcome> {
    switch (await decide(result, invokeArn(this.#api, request), this.#clock())) {
      case 'allowed':
        return { status: 200, called, event: overJson(backendEvent(this.#api, request, result)) as object };
      case 'malformed':
        return { status: 500, called };
      default:
        return { status: this.#api.kind === 'rest' ? this.#api.accessDeniedStatus : 403, called };
    }
  }

  /**
   * Event and answer cross the Lambda boundary as JSON; only the message of an error matters. `Unauthorized` is documented
   * as a 401 for REST and WebSocket APIs. For HTTP APIs it is not: their page says 500 for an authorizer that fails.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
   */
  async #call(event: object): Promise<AuthorizerResult | 401 | 500> {
    try {
      return readResult(this.#api.kind, overJson(await this.#authorizer(overJson(event)))) ?? 500;
    } catch (error) {
      const isHttpApi = this.#api.kind === 'http1' || this.#api.kind === 'http2';
      return (error as Error).message === 'Unauthorized' && !isHttpApi ? 401 : 500;
    }
  }

  #cached(identity: readonly string[]): AuthorizerResult | undefined {
    const cached = this.#cache.get(JSON.stringify(identity));
    return cached && this.#clock() < cached.until ? cached.result : undefined;
  }

  #keep(identity: readonly string[], result: AuthorizerResult): void {
    const { resultTtlSeconds } = this.#api;
    // Without identity sources there is no key, and nothing is cached.
    if (resultTtlSeconds === 0 || identity.length === 0) return;
    const until = this.#clock() + resultTtlSeconds * 1000;
    this.#cache.set(JSON.stringify(identity), { result, until });
  }
}

function overJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
