import { Failure } from '../errors.ts';
import type { ApiRequest } from './apiRequest.ts';

/** The parts of a web `Request` that the checks read. @see {@link https://fetch.spec.whatwg.org/#request-class} */
export interface WebRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Iterable<[name: string, value: string]>;
  readonly bodyUsed: boolean;
  clone(): { arrayBuffer(): Promise<ArrayBuffer> };
}

/**
 * Whether a value is a web `Request`, of whatever implementation.
 *
 * @internal
 */
export function isWebRequest(value: unknown): value is WebRequest {
  const { url, headers, clone } = (value ?? {}) as { url?: unknown; headers?: Headers; clone?: unknown };
  return typeof url === 'string' && typeof headers?.get === 'function' && typeof clone === 'function';
}

/**
 * Reads a web `Request`. Its URL counts as the one that the client called, and there is no stage in it: the configured
 * base path comes before its path. `Headers` joins several values of one name with `, `, and cookies with `; `.
 *
 * @throws Failure `event_invalid` when the URL is not absolute
 *
 * @internal
 */
export function readWebRequest({ method, url, headers }: WebRequest): ApiRequest {
  if (!URL.canParse(url)) throw new Failure('event_invalid', 'the URL of the Request is not absolute');
  const { origin, hostname, pathname, search } = new URL(url);
  return {
    apiType: undefined,
    headers: { headers: Object.fromEntries(headers), multiValueHeaders: {} },
    identitySources: [],
    route: undefined,
    requestId: undefined,
    apiId: undefined,
    stage: undefined,
    target: () => ({
      method,
      domainName: hostname,
      origin,
      path: pathname,
      pathBelowBase: pathname,
      query: { raw: search.slice(1) },
    }),
  };
}
