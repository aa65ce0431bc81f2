import { type Fields, isObject, ownFields, ownProperty, text } from '../json.ts';
import type { ApiType, RequestTarget } from './apiRequest.ts';

/** Reads where the client sent the request. */
export function readTarget(event: Fields, context: Fields, apiType: ApiType): RequestTarget {
  const target = targetOf(event, context, apiType);
  return ownFields({ ...target, query: ownFields(target.query) }) as unknown as RequestTarget;
}

function targetOf(event: Fields, context: Fields, apiType: ApiType): RequestTarget {
  if (event.version === '2.0') return readPayload2(event, context);
  const query = { decoded: readQuery(event) };
  if (apiType !== 'websocket') return { ...readPayload1(event, context, apiType), query };
  // A handshake is a GET of the stage's root. The event has neither method nor path.
  const path = `/${text(context.stage) ?? ''}`;
  return { method: 'GET', domainName: text(context.domainName), path, pathBelowBase: '', query };
}

function readPayload2(event: Fields, context: Fields): RequestTarget {
  const http = ownFields(context.http);
  const path = text(event.rawPath) ?? text(http.path) ?? '/';
  const routeKey = text(event.routeKey);
  const route = routeKey?.slice(routeKey.indexOf(' ') + 1);
  return {
    method: text(http.method) ?? '',
    domainName: text(context.domainName),
    path,
    pathBelowBase:
      pathBelowBase(path, route, ownFields(event.pathParameters)) ?? withoutStage(path, text(context.stage)),
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
    pathBelowBase: pathBelowBase(path, route, ownFields(event.pathParameters)) ?? withoutRoute(),
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

function readQuery({ multiValueQueryStringParameters: lists, queryStringParameters: single }: Fields) {
  const pairs: [name: string, value: string][] = [];
  if (isObject(lists)) {
    for (const [name, values] of Object.entries(lists)) {
      if (Array.isArray(values)) for (const value of values) pairs.push([name, String(value)]);
    }
  } else {
    for (const [name, value] of Object.entries(ownFields(single))) pairs.push([name, String(value)]);
  }
  return pairs;
}

function withoutStage(path: string, stage: string | undefined): string {
  const prefix = `/${stage}`;
  if (!stage || stage === '$default') return path;
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

/** What can come before a route's path: a stage, the base path of a custom domain, or both. They contain no escapes. */
const base = /^(?:\/[^/%]+)*$/;

/** `{id}` or `{proxy+}`. */
const pathVariable = /\{([^{}+]+)\+?\}/g;

/**
 * The part of a path that the route matched, without the stage or the base path of a custom domain. In REST and HTTP
 * API 1.0 events of a mapped domain the path starts with the base path, and no field holds the base path alone. The
 * route and its path parameters show where it ends.
 *
 * @param path as in the event, encoded or decoded
 * @param route template such as `/items/{id}` or `/{proxy+}`
 * @param parameters `pathParameters` of the event, encoded or decoded
 * @returns undefined when the path does not end with the route's; empty for the root, called without its slash
 */
export function pathBelowBase(
  path: string,
  route: string | undefined,
  parameters: Fields,
): string | undefined {
  const routePath = fillIn(route, parameters);
  if (routePath === undefined) return undefined;
  // No path ends with the route's in one place as it stands and in another when decoded: decoding never lengthens it.
  const end = endOfBase(path, routePath) ?? endOfBase(decodePercent(path), routePath);
  return end !== undefined && base.test(path.slice(0, end)) ? path.slice(end) : undefined;
}

function fillIn(route: string | undefined, parameters: Fields): string | undefined {
  if (!route?.startsWith('/')) return undefined;
  let isComplete = true;
  const path = route.replace(pathVariable, (_, name: string) => {
    const value = ownProperty(parameters, name);
    isComplete &&= typeof value === 'string';
    return String(value);
  });
  return isComplete ? path : undefined;
}

function endOfBase(path: string | undefined, routePath: string): number | undefined {
  if (path === undefined) return undefined;
  if (path.endsWith(routePath)) return path.length - routePath.length;
  if (routePath === '/') return path.length;
  return path.endsWith(`${routePath}/`) ? path.length - routePath.length - 1 : undefined;
}

/** Percent-decodes text; undefined when it has an escape that is none. */
export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** API Gateway's own host names: `<api>.execute-api.<region>.amazonaws.com`. */
const generatedDomain = /^[^.]+\.execute-api\./i;

/**
 * Whether a host name is a custom domain name. Its clients see a base path, or none, in place of the stage.
 *
 * @param domainName `requestContext.domainName`
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html}
 */
export function isCustomDomain(domainName: string | undefined): boolean {
  return domainName !== undefined && !generatedDomain.test(domainName);
}
