/** A request as a client sends it to a stage `prod`, or, where its path does not begin with that, to none. */
export interface ProxiedRequest {
  readonly method?: string;
  /** Absolute. */
  readonly url?: string;
  /** A name may be there more than once. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer | undefined;
  /** Whether the event has the body in base64, as API Gateway has what it takes for binary. */
  readonly isBase64Encoded?: boolean;
}

const api = 'https://abc123.execute-api.eu-west-1.amazonaws.com/prod/orders';

/** The URL that clients of each kind of backend call. */
export const urlOf = {
  rest: api,
  http1: api,
  http2: api,
  functionUrl: 'https://abcdefghij.lambda-url.eu-west-1.on.aws/orders',
  web: 'https://app.example.com/orders',
};

/** Kinds of backends. */
export type ProxyKind = keyof typeof urlOf;

/** All of {@link ProxyKind}. */
export const proxyKinds = Object.keys(urlOf) as ProxyKind[];

/**
 * What a backend gets: the event of its Lambda function, or a web `Request`.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html}
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html}
 */
export function proxyEventOf(kind: ProxyKind, sent: ProxiedRequest = {}): object {
  const { method = sent.body === undefined ? 'GET' : 'POST', url = urlOf[kind], headers = [], body } = sent;
  if (kind === 'web') {
    return new Request(url, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      ...(body !== undefined && { body }),
    });
  }
  const { isBase64Encoded = Buffer.isBuffer(body) } = sent;
  const bodyFields = {
    body: body === undefined ? null : Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
  const { hostname, pathname, searchParams, search } = new URL(url);
  const names = headers.map(([name]) => name);
  const valuesOf = (name: string) =>
    headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  const parameters = [...new Set(searchParams.keys())];
  const stage = kind === 'rest' || pathname.startsWith('/prod/') ? 'prod' : '$default';
  const context = { apiId: 'abc123', requestId: 'request-1', domainName: hostname, stage };
  if (kind === 'http2' || kind === 'functionUrl') {
    const isFunctionUrl = kind === 'functionUrl';
    const plain = names.filter((name) => name.toLowerCase() !== 'cookie');
    const cookies = valuesOf('cookie').flatMap((value) => value.split('; '));
    return {
      version: '2.0',
      routeKey: isFunctionUrl ? '$default' : `${method} /orders`,
      rawPath: decodeURIComponent(pathname),
      rawQueryString: search.slice(1),
      ...(cookies.length > 0 && { cookies }),
      headers: Object.fromEntries(plain.map((name) => [name.toLowerCase(), valuesOf(name).join(',')])),
      requestContext: {
        ...context,
        routeKey: isFunctionUrl ? '$default' : `${method} /orders`,
        authentication: null,
        http: { method, path: decodeURIComponent(pathname), sourceIp: '203.0.113.7' },
      },
      ...(body !== undefined && { body: bodyFields.body }),
      isBase64Encoded,
    };
  }
  return {
    ...(kind === 'http1' && { version: '1.0' }),
    resource: '/orders',
    path: kind === 'rest' ? pathname.replace(/^\/prod(?=\/)/, '') : pathname,
    httpMethod: method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: Object.fromEntries(names.map((name) => [name, valuesOf(name)])),
    queryStringParameters: parameters.length > 0 ? Object.fromEntries(searchParams) : null,
    multiValueQueryStringParameters:
      parameters.length > 0
        ? Object.fromEntries(parameters.map((name) => [name, searchParams.getAll(name)]))
        : null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      ...context,
      path: pathname,
      httpMethod: method,
      identity: { sourceIp: '203.0.113.7' },
    },
    ...bodyFields,
  };
}
