import { Failure } from '../errors.ts';
import { isObject, ownFields, text } from '../json.ts';
import type { ApiRequest } from './apiRequest.ts';
import { readRequest } from './readEvent.ts';

/**
 * Reads the event of a backend's Lambda function into the form that an authorizer's event has too.
 *
 * | event | recognised by |
 * |---|---|
 * | HTTP API, payload 2.0, and Lambda function URL | `version` is `2.0`, `requestContext.http` |
 * | HTTP API, payload 1.0 | `version` is `1.0`, `httpMethod`, `path` |
 * | REST | none of these, `httpMethod`, `path` |
 *
 * @throws Failure `event_invalid` when the event is none of them: an authorizer's, a WebSocket API's, that of a load
 *   balancer, whose parameters are encoded
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html}
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html}
 */
export function readProxyEvent(rawEvent: unknown): ApiRequest {
  const event = ownFields(rawEvent);
  if (!isObject(event.requestContext)) {
    throw new Failure('event_invalid', 'this is not the event of a Lambda proxy integration');
  }
  const context = ownFields(event.requestContext);
  if (event.type !== undefined || 'methodArn' in event || 'routeArn' in event) {
    throw new Failure('event_invalid', 'this is the event of an authorizer, not of the function behind it');
  }
  const isComplete =
    event.version === '2.0'
      ? isObject(context.http)
      : text(event.httpMethod) !== undefined && text(event.path) !== undefined && !('elb' in context);
  if (!isComplete) {
    throw new Failure('event_invalid', 'this is not the event of a REST API, an HTTP API or a function URL');
  }
  return readRequest(event, context, event.version === undefined ? 'rest' : 'http');
}
