import { Failure } from '../decision/failure.ts';
import type { ApiRequest, RequestTarget } from './apiRequest.ts';
import { type Fields, isObject, text } from './fields.ts';
import { readHeaderFields } from './headers.ts';
import { readInvokeArn } from './invokeArn.ts';
import { readTarget } from './readTarget.ts';

/**
 * Reads the event of a REQUEST authorizer into one form for all kinds of API.
 *
 * | event | recognised by |
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
  const request = event.version === '2.0' ? readPayload2(event, context) : readPayload1(event, context);
  let target: RequestTarget | undefined;
  return {
    ...request,
    get target() {
      target ??= readTarget(event, context, request.apiType);
      return target;
    },
  };
}

function readPayload2(event: Fields, context: Fields): Omit<ApiRequest, 'target'> {
  return {
    apiType: 'http',
    acceptsSimpleResponse: true,
    arn: readInvokeArn(event.routeArn),
    headers: readHeaderFields(event.headers, undefined, event.cookies),
    identitySources: readIdentitySources(event.identitySource),
    route: text(event.routeKey),
    ...readIdentifiers(context),
  };
}

function readPayload1(event: Fields, context: Fields): Omit<ApiRequest, 'target'> {
  const isWebSocket = event.version !== '1.0' && Boolean(context.eventType || context.connectionId);
  return {
    apiType: event.version === '1.0' ? 'http' : isWebSocket ? 'websocket' : 'rest',
    acceptsSimpleResponse: false,
    arn: readInvokeArn(event.methodArn),
    headers: readHeaderFields(event.headers, event.multiValueHeaders),
    identitySources: event.version === '1.0' ? readIdentitySources(event.identitySource) : [],
    route: isWebSocket ? text(context.routeKey) : text(event.resource),
    ...readIdentifiers(context),
  };
}

/** A list in payload 2.0, text with commas in payload 1.0. An authorizer without identity sources has neither. */
function readIdentitySources(value: unknown): string[] {
  const values = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  return values.map((item) => String(item).trim()).filter((item) => item !== '');
}

function readIdentifiers(context: Fields): Pick<ApiRequest, 'requestId' | 'apiId' | 'stage'> {
  return { requestId: text(context.requestId), apiId: text(context.apiId), stage: text(context.stage) };
}
