import { type Fields, text } from '../json.ts';
import type { ApiRequest, ApiType, RequestTarget } from './apiRequest.ts';
import { readHeaderFields } from './headers.ts';
import { readTarget } from './target.ts';

/**
 * Reads what the events of an authorizer and of a backend have in common.
 *
 * @param context its `requestContext`
 * @throws Failure `event_invalid` when a header map is not of the type that API Gateway sends
 */
export function readRequest<Type extends ApiType>(
  event: Fields,
  context: Fields,
  apiType: Type,
): ApiRequest & { readonly apiType: Type } {
  const isPayload2 = event.version === '2.0';
  const hasRouteKey = isPayload2 || apiType === 'websocket';
  let target: RequestTarget | undefined;
  return {
    apiType,
    headers: isPayload2
      ? readHeaderFields(event.headers, undefined, event.cookies)
      : readHeaderFields(event.headers, event.multiValueHeaders),
    identitySources: apiType === 'http' ? readIdentitySources(event.identitySource) : [],
    route: hasRouteKey ? text(event.routeKey ?? context.routeKey) : text(event.resource),
    requestId: text(context.requestId),
    apiId: text(context.apiId),
    stage: text(context.stage),
    target: () => (target ??= readTarget(event, context, apiType)),
  };
}

/** A list in payload 2.0, text with commas in payload 1.0. An authorizer without identity sources has neither. */
function readIdentitySources(value: unknown): readonly string[] | string {
  if (typeof value === 'string') return trimAroundCommas(value);
  return (Array.isArray(value) ? value : []).map((item) => String(item).trim()).filter((item) => item !== '');
}

/** Removes white space around commas, and commas that nothing stands between. */
export function trimAroundCommas(list: string): string {
  const items = list.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '').join(',');
}
