/** Fields of a log line by the variable that gives each, where the names differ. */
const renamed = {
  errorType: 'error.responseType',
  authorizerError: 'authorizer.error',
  authorizerStatus: 'authorizer.status',
  authorizerLatency: 'authorizer.latency',
  principalId: 'authorizer.principalId',
  reason: 'authorizer.reason',
};
const same = [
  'requestId',
  'apiId',
  'stage',
  'requestTime',
  'httpMethod',
  'resourcePath',
  'routeKey',
  'status',
];

/**
 * What every kind of API logs for a request, as JSON: the reason of a refusal, and never a header's value. API Gateway logs a
 * field that a kind of API does not have as `-`.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html}
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html}
 */
export const accessLogFormat = JSON.stringify(
  Object.fromEntries(
    [...same.map((name) => [name, name]), ...Object.entries(renamed)].map(([name, variable]) => [
      name,
      `$context.${variable}`,
    ]),
  ),
);
