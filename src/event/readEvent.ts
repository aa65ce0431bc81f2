import { Failure } from '../decision/failure.ts';
import type { ApiRequest, ApiType, RequestTarget } from './apiRequest.ts';
import { readHeaderFields } from './headers.ts';
import { readInvokeArn } from './invokeArn.ts';

type Fields = Record<string, unknown>;

/**
 * Reads the event of a REQUEST authorizer into one form for all kinds of API.
 *
 * | event | told by |
 * |---|---|
 * | HTTP API, payload 2.0 | `version` is `2.0`, `routeArn` |
 * | HTTP API, payload 1.0 | `version` is `1.0`, `methodArn` |
 * | WebSocket `$connect` | `requestContext.eventType` or `.connectionId`, `methodArn` |
 * | REST | none of these, `methodArn` |
 *
 * @throws Failure `event_invalid` when the event is none of them
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html}
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html}
 */
export function readEvent(event: unknown): ApiRequest {
  if (!isObject(event)) throw new Failure('event_invalid', 'the event is not an object');
  if (event.type !== 'REQUEST') {
    throw new Failure(
      'event_invalid',
      event.type === 'TOKEN'
        ? 'this is a TOKEN authorizer event: configure the authorizer with type REQUEST'
        : 'the event is not that of a REQUEST authorizer',
    );
  }
  const context = isObject(event.requestContext) ? event.requestContext : {};
  return event.version === '2.0' ? readPayload2(event, context) : readPayload1(event, context);
}

function readPayload2(event: Fields, context: Fields): ApiRequest {
  const http = isObject(context.http) ? context.http : {};
  const stage = text(context.stage);
  const path = text(event.rawPath) ?? text(http.path) ?? '/';
  return {
    apiType: 'http',
    acceptsSimpleResponse: true,
    arn: readInvokeArn(event.routeArn),
    headers: readHeaderFields(event.headers, undefined),
    route: text(event.routeKey),
    requestId: text(context.requestId),
    apiId: text(context.apiId),
    stage,
    target: {
      method: text(http.method) ?? '',
      domainName: text(context.domainName),
      path,
      pathBelowStage: withoutStage(path, stage),
      query: { raw: text(event.rawQueryString) ?? '' },
    },
  };
}

function readPayload1(event: Fields, context: Fields): ApiRequest {
  const apiType: ApiType =
    event.version === '1.0' ? 'http' : context.eventType || context.connectionId ? 'websocket' : 'rest';
  const stage = text(context.stage);
  return {
    apiType,
    acceptsSimpleResponse: false,
    arn: readInvokeArn(event.methodArn),
    headers: readHeaderFields(event.headers, event.multiValueHeaders),
    route: apiType === 'websocket' ? text(context.routeKey) : text(event.resource),
    requestId: text(context.requestId),
    apiId: text(context.apiId),
    stage,
    target: readTarget(event, context, apiType, stage),
  };
}

function readTarget(
  event: Fields,
  context: Fields,
  apiType: ApiType,
  stage: string | undefined,
): RequestTarget {
  const query = { decoded: readQuery(event) };
  const domainName = text(context.domainName);
  if (apiType === 'websocket') {
    // A handshake is a GET of the stage's root; the event has neither method nor path.
    return { method: 'GET', domainName, path: `/${stage ?? ''}`, pathBelowStage: '', query };
  }
  const below = text(event.path) ?? '/';
  return {
    method: text(event.httpMethod) ?? text(context.httpMethod) ?? '',
    domainName,
    path: text(context.path) ?? below,
    // HTTP API 1.0 leaves the stage in `path`, REST takes it out.
    pathBelowStage: apiType === 'http' ? withoutStage(below, stage) : below,
    query,
  };
}

function readQuery(event: Fields): [string, string][] {
  const pairs: [string, string][] = [];
  if (isObject(event.multiValueQueryStringParameters)) {
    for (const [name, values] of Object.entries(event.multiValueQueryStringParameters)) {
      if (Array.isArray(values)) for (const value of values) pairs.push([name, String(value)]);
    }
  } else if (isObject(event.queryStringParameters)) {
    for (const [name, value] of Object.entries(event.queryStringParameters))
      pairs.push([name, String(value)]);
  }
  return pairs;
}

function withoutStage(path: string, stage: string | undefined): string {
  const prefix = `/${stage}`;
  if (!stage || stage === '$default') return path;
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
