/** What every kind of API logs: field and variable. */
const common = {
  requestId: 'requestId',
  apiId: 'apiId',
  stage: 'stage',
  requestTime: 'requestTime',
  status: 'status',
  errorType: 'error.responseType',
  authorizerError: 'authorizer.error',
  principalId: 'authorizer.principalId',
  reason: 'authorizer.reason',
};
const authorizer = { authorizerStatus: 'authorizer.status', authorizerLatency: 'authorizer.latency' };
const method = { httpMethod: 'httpMethod', responseLength: 'responseLength' };

/**
 * What each kind of API logs for a request, as JSON: the reason of a refusal, and never a header's value. API Gateway refuses to
 * create the stage of an HTTP API whose format has a variable that is not documented for that kind, so each has its own.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html}
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html}
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html}
 */
export const accessLogFormat = {
  rest: format({ ...method, resourcePath: 'resourcePath', ...authorizer }),
  http: format({ ...method, routeKey: 'routeKey' }),
  websocket: format({
    eventType: 'eventType',
    routeKey: 'routeKey',
    connectionId: 'connectionId',
    ...authorizer,
  }),
};

function format(own: Readonly<Record<string, string>>): string {
  const fields = Object.entries({ ...own, ...common });
  return JSON.stringify(Object.fromEntries(fields.map(([name, variable]) => [name, `$context.${variable}`])));
}
