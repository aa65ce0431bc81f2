/** What may stand before a route's path: a stage, the base path of a custom domain, or both. Neither has escapes. */
const base = /^(?:\/[^/%]+)*$/;

/** `{id}` or `{proxy+}`. */
const pathVariable = /\{([^{}+]+)\+?\}/g;

/**
 * The part of a path that the route matched: what is below the stage or below the base path of a custom domain. REST and
 * HTTP API 1.0 events of a mapped domain carry the base path in their paths, and nothing in the event names it; the route
 * with its path parameters tells where it ends.
 *
 * @param path as the event gives it, encoded or decoded
 * @param route template such as `/items/{id}` or `/{proxy+}`
 * @param parameters `pathParameters` of the event, encoded or decoded
 * @returns undefined when the route does not tell; empty for the root of a stage, called without the slash
 */
export function pathBelowBase(
  path: string,
  route: string | undefined,
  parameters: Readonly<Record<string, unknown>>,
): string | undefined {
  const routePath = fillIn(route, parameters);
  if (routePath === undefined) return undefined;
  // A path that ends so as it stands and again when it is decoded would have to be longer than itself: one place at most.
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
