/** Headers as a client sends them; a name may be there more than once. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** ARN of what is called in a stage of the tests' API; the stage itself when nothing is called. */
export const arnOf = (called = '', stage = 'prod') =>
  `arn:aws:execute-api:eu-west-1:123456789012:abc123/${stage}${called}`;

/** Headers with a token, and others by name. */
export const sent = (token: string, others: Readonly<Record<string, string>> = {}): Headers => [
  ['Approov-Token', token],
  ...Object.entries(others),
];

/** Events with the given headers, as each kind of API builds them. */
export const eventOf = {
  rest: (headers: Headers) => ({
    type: 'REQUEST',
    methodArn: arnOf('/GET/hello'),
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
    routeArn: arnOf('/GET/hello', '$default'),
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
