const common = ['requestId', 'apiId', 'stage', 'requestTime'];
const end = ['status', 'responseLength'];

/** Field of a log line by the variable that gives it, where the names differ. */
const renamed = {
  errorType: 'error.responseType',
  principalId: 'authorizer.principalId',
  reason: 'authorizer.reason',
  authorizerStatus: 'authorizer.status',
  authorizerLatency: 'authorizer.latency',
};

/**
 * What each kind of API writes for a request, with the reason of a refusal and never a header's value.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html}
 */
export const accessLogFormat = {
  rest: format([...common, 'httpMethod', 'resourcePath', ...end], renamed),
  http: format([...common, 'httpMethod', 'routeKey', ...end], {
    ...renamed,
    authorizerError: 'authorizer.error',
  }),
  websocket: format([...common, 'eventType', 'routeKey', 'connectionId', 'status'], renamed),
};

function format(names: readonly string[], others: Readonly<Record<string, string>>): string {
  const own = Object.fromEntries(names.map((name) => [name, `$context.${name}`]));
  const rest = Object.entries(others).map(([name, variable]) => [name, `$context.${variable}`]);
  return JSON.stringify({ ...own, ...Object.fromEntries(rest) });
}
