import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ApiKind, api } from './model/api.ts';
import { authorizerEvent } from './model/authorizerEvent.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of real events, by name: text, or `{}` an object, `[]` a list, `#` a number. Headers and parameters depend on the
 * client.
 *
 * @see https://github.com/aws-powertools/powertools-lambda-typescript/tree/main/packages/parser/tests/events captured: REST, HTTP 2.0
 * @see https://github.com/aws-powertools/powertools-lambda-python/tree/develop/tests/events captured: WebSocket
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html HTTP 1.0
 */
const fields: Readonly<Record<ApiKind, { event: string; context: string; http?: string }>> = {
  rest: {
    event: `type methodArn resource path httpMethod headers{} multiValueHeaders{} queryStringParameters{}
      multiValueQueryStringParameters{} pathParameters{} stageVariables{} requestContext{}`,
    context: `resourceId resourcePath httpMethod extendedRequestId requestTime path accountId protocol stage domainPrefix
      requestTimeEpoch# requestId identity{} domainName deploymentId apiId`,
  },
  http1: {
    event: `version type methodArn identitySource authorizationToken resource path httpMethod headers{}
      queryStringParameters{} pathParameters{} stageVariables{} requestContext{}`,
    context: 'path accountId resourceId stage requestId identity{} resourcePath httpMethod apiId',
  },
  http2: {
    event:
      'version type routeArn identitySource[] routeKey rawPath rawQueryString headers{} requestContext{}',
    context: 'accountId apiId domainName domainPrefix http{} requestId routeKey stage time timeEpoch#',
    http: 'method path protocol sourceIp userAgent',
  },
  websocket: {
    event: `type methodArn headers{} multiValueHeaders{} queryStringParameters{} multiValueQueryStringParameters{}
      stageVariables{} requestContext{}`,
    context: `routeKey eventType extendedRequestId requestTime messageDirection stage connectedAt# requestTimeEpoch#
      identity{} requestId domainName connectionId apiId`,
  },
};

const signs: Readonly<Record<string, string>> = { string: '', number: '#', object: '{}' };

/** Names and types, as {@link fields} has them. */
function shape(value: unknown): string[] {
  const entries = Object.entries(value as Fields);
  return entries.map(([name, field]) => name + (Array.isArray(field) ? '[]' : signs[typeof field])).sort();
}

suite('the gateway model’s events have the fields of real ones, each of the same type', () => {
  for (const [kind, expected] of Object.entries(fields) as [ApiKind, (typeof fields)[ApiKind]][]) {
    test(kind, () => {
      const of = api(kind);
      const headers = [['Approov-Token', 'x']] as const;
      const request = { method: 'GET', path: '/items', query: 'a=1', headers };
      const route = of.routes[0] ?? { method: 'GET', resource: '/' };
      const facts = { route, requestId: 'r', at: 0, identity: ['x'] };
      const event = authorizerEvent(of, request, facts) as Record<string, Fields>;
      const names = (text: string) => text.split(/\s+/).sort();
      assert.deepEqual(shape(event), names(expected.event));
      assert.deepEqual(shape(event.requestContext), names(expected.context));
      if (expected.http) assert.deepEqual(shape(event.requestContext?.http), names(expected.http));
    });
  }
});
