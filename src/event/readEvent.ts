import { Failure } from '../errors.ts';
import { type Fields, isObject, ownFields, text } from '../json.ts';
import type { ApiRequest, ApiType, AuthorizerRequest, InvokeArn, RequestTarget } from './apiRequest.ts';
import { readHeaderFields } from './headers.ts';
import { readTarget } from './target.ts';

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
export function readAuthorizerEvent(rawEvent: unknown): AuthorizerRequest {
  if (!isObject(rawEvent)) throw invalid('the event is not an object');
  const event = ownFields(rawEvent);
  if (event.type === 'TOKEN') {
    throw invalid('this is a TOKEN authorizer event: configure the authorizer with type REQUEST');
  }
  if (event.type !== 'REQUEST') throw invalid('the event is not that of a REQUEST authorizer');
  const context = ownFields(event.requestContext);
  const acceptsSimpleResponse = event.version === '2.0';
  const arn = readInvokeArn(acceptsSimpleResponse ? event.routeArn : event.methodArn);
  return { ...readApiEvent(event, context, apiTypeOf(event, context)), acceptsSimpleResponse, arn };
}

function apiTypeOf({ version }: Fields, { eventType, connectionId }: Fields): ApiType {
  if (version === '2.0' || version === '1.0') return 'http';
  return eventType || connectionId ? 'websocket' : 'rest';
}

// Emulators use words for account and API. Partitions are aws, aws-cn, aws-us-gov and the isolated ones. No character
// with a meaning in a policy resource (`*`, `?`, `${`) may come before the suffix.
const invokeArn =
  /^(arn:aws[a-z-]*:execute-api:[A-Za-z0-9-]*:[A-Za-z0-9_-]*:[A-Za-z0-9_-]+\/(?:\$default|[A-Za-z0-9_-]+))((?:\/.*)?)$/s;

/**
 * Reads `methodArn` (REST, HTTP API 1.0, WebSocket) or `routeArn` (HTTP API 2.0).
 *
 * @throws Failure `event_invalid` when it is not the ARN of an API Gateway method or route
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html}
 */
export function readInvokeArn(arn: unknown): InvokeArn {
  const match = typeof arn === 'string' ? invokeArn.exec(arn) : null;
  if (!match) throw invalid('methodArn or routeArn is not an execute-api ARN: not an authorizer event');
  return { stageArn: match[1] as string, rawSuffix: match[2] as string };
}

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
  if (!isObject(event.requestContext)) throw invalid('this is not the event of a Lambda proxy integration');
  const context = ownFields(event.requestContext);
  if (event.type !== undefined || 'methodArn' in event || 'routeArn' in event) {
    throw invalid('this is the event of an authorizer, not of the function behind it');
  }
  const isComplete =
    event.version === '2.0'
      ? isObject(context.http)
      : text(event.httpMethod) !== undefined && text(event.path) !== undefined && !('elb' in context);
  if (!isComplete) throw invalid('this is not the event of a REST API, an HTTP API or a function URL');
  return readApiEvent(event, context, event.version === undefined ? 'rest' : 'http');
}

/** Reads what the events of an authorizer and of a backend have in common. */
function readApiEvent<Type extends ApiType>(event: Fields, context: Fields, apiType: Type) {
  const isPayload2 = event.version === '2.0';
  const hasRouteKey = isPayload2 || apiType === 'websocket';
  let target: RequestTarget | undefined;
  return {
    apiType,
    headers: isPayload2
      ? readHeaderFields(event.headers, undefined, event.cookies)
      : readHeaderFields(event.headers, event.multiValueHeaders),
    identitySources: apiType === 'http' ? readIdentitySources(event.identitySource) : [],
    route: hasRouteKey ? text(event.routeKey ?? context.routeKey) : text(event.resource),
    requestId: text(context.requestId),
    apiId: text(context.apiId),
    stage: text(context.stage),
    target: () => (target ??= readTarget(event, context, apiType)),
  } satisfies ApiRequest;
}

/** A list in payload 2.0, text with commas in payload 1.0. An authorizer without identity sources has neither. */
function readIdentitySources(value: unknown): readonly string[] | string {
  if (typeof value === 'string') return trimAroundCommas(value);
  return (Array.isArray(value) ? value : []).map((item) => String(item).trim()).filter((item) => item !== '');
}

/** Removes white space around commas, and commas that nothing stands between. */
export function trimAroundCommas(list: string): string {
  const items = list.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '').join(',');
}

function invalid(detail: string): Failure {
  return new Failure('event_invalid', detail);
}
