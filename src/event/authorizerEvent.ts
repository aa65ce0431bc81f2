import { Failure } from '../errors.ts';
import { type Fields, isObject, ownFields } from '../json.ts';
import type { ApiType, AuthorizerRequest } from './apiRequest.ts';
import { readInvokeArn } from './invokeArn.ts';
import { readRequest } from './readEvent.ts';

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
export function readEvent(rawEvent: unknown): AuthorizerRequest {
  if (!isObject(rawEvent)) throw new Failure('event_invalid', 'the event is not an object');
  const event = ownFields(rawEvent);
  if (event.type !== 'REQUEST') {
    throw new Failure(
      'event_invalid',
      event.type === 'TOKEN'
        ? 'this is a TOKEN authorizer event: configure the authorizer with type REQUEST'
        : 'the event is not that of a REQUEST authorizer',
    );
  }
  const context = ownFields(event.requestContext);
  const acceptsSimpleResponse = event.version === '2.0';
  const arn = readInvokeArn(acceptsSimpleResponse ? event.routeArn : event.methodArn);
  return { ...readRequest(event, context, apiTypeOf(event, context)), acceptsSimpleResponse, arn };
}

function apiTypeOf({ version }: Fields, { eventType, connectionId }: Fields): ApiType {
  if (version === '2.0' || version === '1.0') return 'http';
  return eventType || connectionId ? 'websocket' : 'rest';
}
