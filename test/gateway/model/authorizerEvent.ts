import { type Api, type ClientRequest, invokeArn, type Route } from './api.ts';
import { headerMaps } from './headerMaps.ts';

/** What an event contains besides the request. */
export interface EventFacts {
  readonly route: Route;
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Values of the identity sources, in their order. */
  readonly identity: readonly string[];
}

/**
 * The event that the REQUEST authorizer of an API receives.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function authorizerEvent(api: Api, request: ClientRequest, facts: EventFacts): object {
  switch (api.kind) {
    case 'rest':
      return restEvent(api, request, facts);
    case 'http1':
      return http1Event(api, request, facts);
    case 'http2':
      return http2Event(api, request, facts);
    case 'websocket':
      return connectEvent(api, request, facts);
  }
}

const sourceIp = '203.0.113.7';
const userAgent = 'app/1.0';
const domain = (api: Api) => `${api.apiId}.execute-api.${api.region}.amazonaws.com`;

function restEvent(api: Api, request: ClientRequest, facts: EventFacts): object {
  const { resource } = facts.route;
  return {
    type: 'REQUEST',
    methodArn: invokeArn(api, request),
    resource,
    path: request.path,
    httpMethod: request.method,
    ...headerMaps(api, request),
    ...queryMaps(request),
    pathParameters: {},
    stageVariables: {},
    requestContext: {
      resourceId: 'abc123',
      resourcePath: resource,
      httpMethod: request.method,
      extendedRequestId: facts.requestId,
      requestTime: clfTime(facts.at),
      path: `/${api.stage}${request.path}`,
      accountId: api.accountId,
      protocol: `HTTP/${request.httpVersion ?? '1.1'}`,
      stage: api.stage,
      domainPrefix: api.apiId,
      requestTimeEpoch: facts.at,
      requestId: facts.requestId,
      identity: { sourceIp, userAgent, accountId: null, caller: null, user: null, userArn: null },
      domainName: domain(api),
      deploymentId: 'dep123',
      apiId: api.apiId,
    },
  };
}

function http1Event(api: Api, request: ClientRequest, facts: EventFacts): object {
  const joined = facts.identity.join(',');
  const path = api.stage === '$default' ? request.path : `/${api.stage}${request.path}`;
  const { queryStringParameters } = queryMaps(request);
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: invokeArn(api, request),
    identitySource: joined,
    authorizationToken: joined,
    resource: facts.route.resource,
    path,
    httpMethod: request.method,
    ...headerMaps(api, request),
    queryStringParameters,
    pathParameters: {},
    stageVariables: {},
    requestContext: {
      path,
      accountId: api.accountId,
      resourceId: `${facts.route.method} ${facts.route.resource}`,
      stage: api.stage,
      requestId: facts.requestId,
      identity: { sourceIp, userAgent },
      resourcePath: facts.route.resource,
      httpMethod: request.method,
      apiId: api.apiId,
    },
  };
}

function http2Event(api: Api, request: ClientRequest, facts: EventFacts): object {
  const routeKey = `${facts.route.method} ${facts.route.resource}`;
  const rawPath = api.stage === '$default' ? request.path : `/${api.stage}${request.path}`;
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: invokeArn(api, request),
    identitySource: [...facts.identity],
    routeKey,
    rawPath,
    rawQueryString: request.query ?? '',
    ...headerMaps(api, request),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      domainName: domain(api),
      domainPrefix: api.apiId,
      http: { method: request.method, path: rawPath, protocol: 'HTTP/1.1', sourceIp, userAgent },
      requestId: facts.requestId,
      routeKey,
      stage: api.stage,
      time: clfTime(facts.at),
      timeEpoch: facts.at,
    },
  };
}

function connectEvent(api: Api, request: ClientRequest, facts: EventFacts): object {
  return {
    type: 'REQUEST',
    methodArn: invokeArn(api, request),
    ...headerMaps(api, request),
    ...queryMaps(request),
    stageVariables: {},
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      extendedRequestId: facts.requestId,
      requestTime: clfTime(facts.at),
      messageDirection: 'IN',
      stage: api.stage,
      connectedAt: facts.at,
      requestTimeEpoch: facts.at,
      identity: { sourceIp },
      requestId: facts.requestId,
      domainName: domain(api),
      connectionId: `${facts.requestId}=`,
      apiId: api.apiId,
    },
  };
}

function queryMaps({ query = '' }: ClientRequest) {
  const multiValueQueryStringParameters: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    multiValueQueryStringParameters[name] = [...(multiValueQueryStringParameters[name] ?? []), value];
  }
  const last = Object.entries(multiValueQueryStringParameters).map(([name, all]) => [name, all.at(-1)]);
  return { queryStringParameters: Object.fromEntries(last), multiValueQueryStringParameters };
}

/** `17/Jun/2024:15:02:03 +0000` */
function clfTime(at: number): string {
  const [, day, month, year, time] = /(\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
