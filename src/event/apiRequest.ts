import type { HeaderFields } from './headers.ts';
import type { InvokeArn } from './invokeArn.ts';

/** Kind of API, as the log shows it. */
export type ApiType = 'rest' | 'http' | 'websocket';

/**
 * One request in the same form for every kind of API. Apart from the AWS identifiers, the client controls all of it.
 */
export interface ApiRequest {
  /** undefined for a web `Request` */
  readonly apiType: ApiType | undefined;
  readonly headers: HeaderFields;
  /**
   * Values of the authorizer's identity sources, by which answers are cached; HTTP APIs alone name them. Payload 1.0 joins
   * them with commas, which a value may contain too.
   */
  readonly identitySources: readonly string[] | string;
  /** resource template or route key; never the raw path */
  readonly route: string | undefined;
  readonly requestId: string | undefined;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  /** only message signing and WebSocket handshakes need it, so it is read on first use */
  readonly target: () => RequestTarget;
  /**
   * whether the request's body is the one of a Content-Digest; only backends have the body
   *
   * @throws Failure `event_invalid` when the body can no longer be read
   */
  readonly hasBodyOf?: (contentDigest: string) => Promise<boolean>;
  /**
   * length of the body in bytes, as {@link ApiRequest.hasBodyOf}; undefined when it is not known
   *
   * @throws Failure `event_invalid` when the body can no longer be read
   */
  readonly bodyLength?: () => Promise<number | undefined>;
}

/** A request that API Gateway asks an authorizer about. */
export interface AuthorizerRequest extends ApiRequest {
  readonly apiType: ApiType;
  /** whether `isAuthorized` may be returned: HTTP API, payload 2.0 */
  readonly acceptsSimpleResponse: boolean;
  readonly arn: InvokeArn;
}

/**
 * Where the client sent the request, as far as the event shows it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2}
 */
export interface RequestTarget {
  /** HTTP method; `GET` for a WebSocket handshake */
  readonly method: string;
  /** host name that the client called */
  readonly domainName: string | undefined;
  /** scheme and host that the client called, when they are known together; else it is `https://` and the host name */
  readonly origin?: string;
  /** the path as in the event, with the stage or base path */
  readonly path: string;
  /**
   * the path without the stage or the base path of a custom domain; undefined when the event does not show where it
   * starts
   */
  readonly pathBelowBase: string | undefined;
  /** HTTP API 2.0: the query string as sent, without `?`; others: decoded names and values, in event order */
  readonly query:
    | { readonly raw: string }
    | { readonly decoded: readonly (readonly [name: string, value: string])[] };
}
