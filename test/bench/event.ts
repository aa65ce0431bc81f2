/**
 * A REST API REQUEST authorizer event of the usual size, with these tokens.
 *
 * @param userToken the login of the app's user, which most authorizers do not look at
 */
export function requestEvent(token: string | undefined, userToken: string | undefined) {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Encoding': 'gzip',
    Host: 's4x3opwd6i.execute-api.us-east-1.amazonaws.com',
    'User-Agent': 'okhttp/4.12.0',
    'X-Amzn-Trace-Id': 'Root=1-67000000-000000000000000000000000',
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
    ...(userToken !== undefined && { Authorization: `Bearer ${userToken}` }),
    ...(token !== undefined && { 'Approov-Token': token }),
  };
  return {
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:us-east-1:123456789012:s4x3opwd6i/test/GET/shapes',
    resource: '/shapes',
    path: '/shapes',
    httpMethod: 'GET',
    headers,
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    pathParameters: {},
    stageVariables: {},
    requestContext: {
      path: '/test/shapes',
      accountId: '123456789012',
      resourceId: '05c7jb',
      stage: 'test',
      requestId: '11111111-2222-3333-4444-555555555555',
      identity: { sourceIp: '203.0.113.7', userAgent: 'okhttp/4.12.0' },
      resourcePath: '/shapes',
      httpMethod: 'GET',
      apiId: 's4x3opwd6i',
    },
  };
}
