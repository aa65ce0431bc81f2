import type { HeaderFields } from './headers.ts';

/** Kind of API, as the log shows it. */
export type ApiType = 'rest' | 'http' | 'websocket';

/** One request in the same form for every kind of API. Apart from the AWS identifiers, the client controls all of it. */
export interface ApiRequest {
  /** Undefined for a web `Request`. */
  readonly apiType: ApiType | undefined;
  readonly headers: HeaderFields;
  /**
   * Values of the authorizer's identity sources, by which answers are cached; HTTP APIs alone name them. Payload 1.0 joins
   * them with commas, which a value may contain too.
   */
  readonly identitySources: readonly string[] | string;
  /** Resource template or route key; never the raw path. */
  readonly route: string | undefined;
  readonly requestId: string | undefined;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  /** Only message signing and WebSocket handshakes need it, so it is read on first use. */
  readonly target: () => RequestTarget;
  /**
   * Whether the body is the one of a Content-Digest. Only backends have the body.
   *
   * @throws Failure `event_invalid` when the body can no longer be read
   */
  readonly hasBodyOf?: (contentDigest: string) => Promise<boolean>;
  /** Length of the body in bytes, if it is known; throws like {@link ApiRequest.hasBodyOf}. */
  readonly bodyLength?: () => Promise<number | undefined>;
}

/** A request that API Gateway asks an authorizer about. */
export interface AuthorizerRequest extends ApiRequest {
  readonly apiType: ApiType;
  /** Whether `isAuthorized` may be returned: HTTP API, payload 2.0. */
  readonly acceptsSimpleResponse: boolean;
  readonly arn: InvokeArn;
}

/** The ARN of the called method or route, in the two parts that a policy needs. */
export interface InvokeArn {
  /** `arn:<partition>:execute-api:<region>:<account>:<api>/<stage>` */
  readonly stageArn: string;
  /** What follows the stage, such as `/GET/items/1` or `/$connect`; it holds the client's path, so it is not trusted. */
  readonly rawSuffix: string;
}

/**
 * Where the client sent the request, as far as the event shows it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2}
 */
export interface RequestTarget {
  /** HTTP method; `GET` for a WebSocket handshake. */
  readonly method: string;
  /** Host name that the client called. */
  readonly domainName: string | undefined;
  /** Scheme and host that the client called, when they are known together; else it is `https://` and the host name. */
  readonly origin?: string;
  /** The path as in the event, with the stage or base path. */
  readonly path: string;
  /** The path without stage or custom domain's base path; undefined when the event does not show where it starts. */
  readonly pathBelowBase: string | undefined;
  /** HTTP API 2.0: the query string as sent, without `?`; others: decoded names and values, in event order. */
  readonly query:
    | { readonly raw: string }
    | { readonly decoded: readonly (readonly [name: string, value: string])[] };
}
