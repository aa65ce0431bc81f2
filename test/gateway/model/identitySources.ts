import type { Api, ClientRequest } from './api.ts';
import { headerMaps } from './headerMaps.ts';

/**
 * The values of an authorizer's identity sources, which are the key of its cache.
 *
 * @returns undefined when one is missing or empty: API Gateway then answers 401 without calling the authorizer.
 * @throws TypeError for a source that the model does not know.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
 */
export function identityOf(api: Api, request: ClientRequest): readonly string[] | undefined {
  const values = api.identitySources.map((source) => sourceValue(api, request, source));
  return values.every((value) => value !== undefined && value !== '') ? (values as string[]) : undefined;
}

function sourceValue(api: Api, request: ClientRequest, source: string): string | undefined {
  const [, place, name] = /^(?:(?:method|route)\.|\$)request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === 'querystring') return new URLSearchParams(request.query).get(name as string) ?? undefined;
  if (place !== 'header') throw new TypeError(`unknown identity source ${source}`);
  const wanted = name?.toLowerCase();
  const { headers } = headerMaps(api, request);
  // The names differ only in case. The last one counts, as with several values.
  return Object.entries(headers).findLast(([header]) => header.toLowerCase() === wanted)?.[1];
}
