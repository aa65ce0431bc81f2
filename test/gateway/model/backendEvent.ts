import type { Api, ClientRequest } from './api.ts';
import type { AuthorizerResult } from './authorizerResult.ts';
import { headerMaps } from './headerMaps.ts';

/**
 * The event of the backend's Lambda function, as far as it concerns the authorizer: REST and WebSocket APIs turn each
 * context value into text and add `principalId` and `integrationLatency`; HTTP APIs hand the values on as they are,
 * with payload 2.0 one level deeper, at `lambda`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function backendEvent(api: Api, request: ClientRequest, result: AuthorizerResult): object {
  const sent = api.kind === 'rest' ? withoutLength(request) : request;
  return { ...headerMaps(api, sent), requestContext: { authorizer: authorizerField(api, result) } };
}

function authorizerField(api: Api, { principalId, context }: AuthorizerResult): object {
  switch (api.kind) {
    case 'http2':
      return { lambda: context };
    case 'http1':
      return { ...context, principalId };
    default: {
      const asText = Object.entries(context).map(([name, value]) => [
        name,
        value === null ? null : String(value),
      ]);
      return { ...Object.fromEntries(asText), principalId, integrationLatency: 0 };
    }
  }
}

/** Recorded: the authorizer's event of a REST API has the header, the backend's has not. */
function withoutLength(request: ClientRequest): ClientRequest {
  return { ...request, headers: request.headers.filter(([name]) => name.toLowerCase() !== 'content-length') };
}
