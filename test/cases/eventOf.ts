type Headers = readonly (readonly [name: string, value: string])[];

/** Events with the given headers, as each kind of API builds them. */
export const eventOf = {
  rest: (headers: Headers) => ({
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/GET/hello',
    resource: '/hello',
    path: '/hello',
    httpMethod: 'GET',
    headers: Object.fromEntries(headers),
    multiValueHeaders: Object.fromEntries(
      headers.map(([name]) => [name, headers.filter(([other]) => other === name).map(([, value]) => value)]),
    ),
    requestContext: {
      stage: 'prod',
      apiId: 'abc123',
      requestId: 'request-1',
      path: '/prod/hello',
      httpMethod: 'GET',
    },
  }),
  http: (headers: Headers) => ({
    version: '2.0',
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/$default/GET/hello',
    routeKey: 'GET /hello',
    rawPath: '/hello',
    rawQueryString: '',
    headers: Object.fromEntries(
      headers.map(([name]) => [
        name.toLowerCase(),
        headers
          .filter(([other]) => other.toLowerCase() === name.toLowerCase())
          .map(([, value]) => value)
          .join(','),
      ]),
    ),
    requestContext: {
      stage: '$default',
      apiId: 'abc123',
      requestId: 'request-1',
      http: { method: 'GET', path: '/hello' },
    },
  }),
};
