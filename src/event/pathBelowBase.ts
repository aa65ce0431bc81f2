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
  parameters: Readonly<Record<string, unknown>>,
): string | undefined {
  const routePath = fillIn(route, parameters);
  if (routePath === undefined) return undefined;
  // No path ends with the route's in one place as it stands and in another when decoded: decoding never lengthens it.
  const end = endOfBase(path, routePath) ?? endOfBase(decoded(path), routePath);
  return end !== undefined && base.test(path.slice(0, end)) ? path.slice(end) : undefined;
}

function fillIn(
  route: string | undefined,
  parameters: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!route?.startsWith('/')) return undefined;
  let isComplete = true;
  const path = route.replace(pathVariable, (_, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
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

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
