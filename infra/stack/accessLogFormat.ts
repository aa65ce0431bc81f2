const common = ['requestId', 'apiId', 'stage', 'requestTime'];

/** Fields of a log line by the variable that gives each, where the names differ. */
const renamed = {
  errorType: 'error.responseType',
  principalId: 'authorizer.principalId',
  reason: 'authorizer.reason',
};

/**
 * What each kind of API logs for a request: the reason of a refusal, and never a header's value. The status and the
 * latency of the authorizer are documented for REST and WebSocket APIs only.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html}
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html}
 */
export const accessLogFormat = {
  rest: format([...common, 'httpMethod', 'resourcePath', 'status', 'responseLength'], {
    ...renamed,
    authorizerStatus: 'authorizer.status',
    authorizerLatency: 'authorizer.latency',
  }),
  http: format([...common, 'httpMethod', 'routeKey', 'status', 'responseLength'], {
    ...renamed,
    authorizerError: 'authorizer.error',
  }),
  websocket: format([...common, 'eventType', 'routeKey', 'connectionId', 'status'], {
    ...renamed,
    authorizerStatus: 'authorizer.status',
    authorizerLatency: 'authorizer.latency',
  }),
};

/** JSON on one line, with a space after each comma, where a template may break it. */
function format(names: readonly string[], others: Readonly<Record<string, string>>): string {
  const fields = [...names.map((name) => [name, name]), ...Object.entries(others)];
  return `{${fields.map(([name, variable]) => `"${name}":"$context.${variable}"`).join(', ')}}`;
}
