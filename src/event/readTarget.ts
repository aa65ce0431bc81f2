import type { ApiType, RequestTarget } from './apiRequest.ts';
import { isCustomDomain } from './customDomain.ts';
import { type Fields, isObject, text } from './fields.ts';
import { pathBelowBase } from './pathBelowBase.ts';

/**
 * Reads where the client sent the request.
 *
 * @param event authorizer event
 * @param context its `requestContext`
 */
export function readTarget(event: Fields, context: Fields, apiType: ApiType): RequestTarget {
  if (event.version === '2.0') return readPayload2(event, context);
  const query = { decoded: readQuery(event) };
  if (apiType !== 'websocket') return { ...readPayload1(event, context, apiType), query };
  // A handshake is a GET of the stage's root. The event has neither method nor path.
  const path = `/${text(context.stage) ?? ''}`;
  return { method: 'GET', domainName: text(context.domainName), path, pathBelowBase: '', query };
}

function readPayload2(event: Fields, context: Fields): RequestTarget {
  const http = isObject(context.http) ? context.http : {};
  const path = text(event.rawPath) ?? text(http.path) ?? '/';
  const routeKey = text(event.routeKey);
  const route = routeKey?.slice(routeKey.indexOf(' ') + 1);
  return {
    method: text(http.method) ?? '',
    domainName: text(context.domainName),
    path,
    pathBelowBase: pathBelowBase(path, route, parametersOf(event)) ?? withoutStage(path, text(context.stage)),
    query: { raw: text(event.rawQueryString) ?? '' },
  };
}

function readPayload1(event: Fields, context: Fields, apiType: ApiType): Omit<RequestTarget, 'query'> {
  const domainName = text(context.domainName);
  const eventPath = text(event.path) ?? '/';
  const path = text(context.path) ?? eventPath;
  const route = text(event.resource);
  return {
    method: text(event.httpMethod) ?? text(context.httpMethod) ?? '',
    domainName,
    path,
    pathBelowBase: pathBelowBase(path, route, parametersOf(event)) ?? withoutRoute(),
  };

  /** When the route does not help, only a stage can be recognised. */
  function withoutRoute(): string | undefined {
    const belowStage = withoutStage(path, text(context.stage));
    if (apiType === 'http')
      return route === '$default' && isCustomDomain(domainName) ? undefined : belowStage;
    // REST removes the stage from `path`, but not a base path.
    const isStageOut = path !== eventPath && belowStage === eventPath;
    return isStageOut || !isCustomDomain(domainName) ? eventPath : undefined;
  }
}

function readQuery(event: Fields): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  if (isObject(event.multiValueQueryStringParameters)) {
    for (const [name, values] of Object.entries(event.multiValueQueryStringParameters)) {
      if (Array.isArray(values)) for (const value of values) pairs.push([name, String(value)]);
    }
  } else if (isObject(event.queryStringParameters)) {
    for (const [name, value] of Object.entries(event.queryStringParameters))
      pairs.push([name, String(value)]);
  }
  return pairs;
}

function parametersOf({ pathParameters }: Fields): Fields {
  return isObject(pathParameters) ? pathParameters : {};
}

function withoutStage(path: string, stage: string | undefined): string {
  const prefix = `/${stage}`;
  if (!stage || stage === '$default') return path;
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}
