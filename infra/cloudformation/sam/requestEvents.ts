/** Headers of a request as a client sends them. */
export type Headers = Readonly<Record<string, string>>;

const account = '123456789012';
const region = 'eu-west-1';
const sourceIp = '203.0.113.7';
const host = (apiId: string) => `${apiId}.execute-api.${region}.amazonaws.com`;
const arn = (apiId: string, rest: string) => `arn:aws:execute-api:${region}:${account}:${apiId}/${rest}`;
const listed = (headers: Headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
const lowerCased = (headers: Headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/**
 * The event with which each kind of API calls a REQUEST authorizer for `GET /hello`, with the fields that AWS
 * documents.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html}
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html}
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html}
 */
export const requestEvents = {
  rest: (headers: Headers) => ({
    type: 'REQUEST',
    methodArn: arn('rest123456', 'dev/GET/hello'),
    ...rest(headers),
  }),
  'http-1.0': (headers: Headers) => ({
    version: '1.0',
    type: 'REQUEST',
    methodArn: arn('http123456', '$default/GET/hello'),
    identitySource: headers['Approov-Token'] ?? '',
    authorizationToken: headers['Approov-Token'] ?? '',
    ...rest(lowerCased(headers), 'http123456', '$default'),
  }),
  'http-2.0': (headers: Headers) => ({
    version: '2.0',
    type: 'REQUEST',
    routeArn: arn('http123456', '$default/GET/hello'),
    identitySource: [headers['Approov-Token'] ?? ''],
    routeKey: 'GET /hello',
    rawPath: '/hello',
    rawQueryString: '',
    headers: { host: host('http123456'), ...lowerCased(headers) },
    requestContext: {
      accountId: account,
      apiId: 'http123456',
      domainName: host('http123456'),
      domainPrefix: 'http123456',
      http: { method: 'GET', path: '/hello', protocol: 'HTTP/1.1', sourceIp, userAgent: 'example' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'GET /hello',
      stage: '$default',
      time: '02/Jan/2026:03:04:05 +0000',
      timeEpoch: 1_767_323_045_000,
    },
  }),
  websocket: (headers: Headers) => ({
    type: 'REQUEST',
    methodArn: arn('sock123456', 'dev/$connect'),
    headers: { Host: host('sock123456'), ...headers },
    multiValueHeaders: listed({ Host: host('sock123456'), ...headers }),
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    stageVariables: {},
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      extendedRequestId: 'JKJaXmPLvHcESHA=',
      requestTime: '02/Jan/2026:03:04:05 +0000',
      messageDirection: 'IN',
      stage: 'dev',
      connectedAt: 1_767_323_045_000,
      requestTimeEpoch: 1_767_323_045_000,
      identity: { sourceIp },
      requestId: 'JKJaXmPLvHcESHA=',
      domainName: host('sock123456'),
      connectionId: 'JKJaXd6EvHcCIhA=',
      apiId: 'sock123456',
    },
  }),
} as const;

/** Kind of API, and for HTTP APIs the payload's version. */
export type RequestEventKind = keyof typeof requestEvents;

function rest(headers: Headers, apiId = 'rest123456', stage = 'dev') {
  return {
    resource: '/hello',
    path: '/hello',
    httpMethod: 'GET',
    headers: { Host: host(apiId), ...headers },
    multiValueHeaders: listed({ Host: host(apiId), ...headers }),
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    pathParameters: {},
    stageVariables: {},
    requestContext: {
      path: '/hello',
      accountId: account,
      resourceId: 'abc123',
      resourcePath: '/hello',
      httpMethod: 'GET',
      stage,
      domainName: host(apiId),
      apiId,
      requestId: '6a9d1f3e-0c4b-4f4e-9d3a-2f7d6f3b1c55',
      protocol: 'HTTP/1.1',
      requestTimeEpoch: 1_767_323_045_000,
      identity: { sourceIp, userAgent: 'example' },
    },
  };
}
