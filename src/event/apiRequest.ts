import type { HeaderFields } from './headers.ts';
import type { InvokeArn } from './invokeArn.ts';

/** Kind of API, as the log shows it. */
export type ApiType = 'rest' | 'http' | 'websocket';

/** One request as any kind of API presents it to the authorizer. Everything but the AWS identifiers is the client's word. */
export interface ApiRequest {
  readonly apiType: ApiType;
  /** only HTTP API payload 2.0 knows the `isAuthorized` answer */
  readonly acceptsSimpleResponse: boolean;
  readonly arn: InvokeArn;
  readonly headers: HeaderFields;
  /** resource template or route key; never the raw path */
  readonly route: string | undefined;
  readonly requestId: string | undefined;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  /** read when it is first asked for: only message signing needs it */
  readonly target: RequestTarget;
}

/**
 * Where the client sent the request, as far as the event tells.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2}
 */
export interface RequestTarget {
  /** HTTP method; `GET` for a WebSocket handshake */
  readonly method: string;
  /** host name that API Gateway was reached under */
  readonly domainName: string | undefined;
  /** the path with the stage or base path, as the event gives it */
  readonly path: string;
  /** the path below the stage or the base path of a custom domain; undefined when the event does not tell where it begins */
  readonly pathBelowBase: string | undefined;
  /** HTTP API 2.0: the query string as sent, without `?`; the others: decoded names and values, in event order */
  readonly query:
    | { readonly raw: string }
    | { readonly decoded: readonly (readonly [name: string, value: string])[] };
}
