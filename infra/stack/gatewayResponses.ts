/**
 * The REST API's own responses, by type. A refusal is a 401 with an empty JSON object, whether API Gateway misses the
 * token (UNAUTHORIZED) or the authorizer denies the request (ACCESS_DENIED, a 403 by default). A failure of the
 * authorizer stays a 500. The reason is in the access log and nowhere else. With `denialArc` the 401 of a Deny shows the
 * Attestation Response Code; API Gateway fills in an empty text where the Deny has none.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html}
 */
export const gatewayResponses = [
  { type: 'ACCESS_DENIED', status: '401' },
  { type: 'UNAUTHORIZED', status: '401' },
  { type: 'AUTHORIZER_FAILURE', status: '500' },
  { type: 'AUTHORIZER_CONFIGURATION_ERROR', status: '500' },
] as const;

/** Body of each of them, by content type. */
export const emptyBody = { 'application/json': '{}' } as const;

/** Body of ACCESS_DENIED with `denialArc`. */
export const arcBody = { 'application/json': '{"arc":"$context.authorizer.arc"}' } as const;
