import type { Config } from '../../src/config/settings.ts';

/** How API Gateway caches the authorizer's answers, and what it asks of a request before calling it. */
export interface AuthorizerCaching {
  /** Seconds; 0 for no cache. */
  ttlSeconds: number;
  /**
   * Headers whose values are the cache's key. A request without one of them is a 401 that never reaches the authorizer.
   */
  headers: readonly string[];
}

/** What is asked for; what is left out follows from the configuration. */
export interface AskedCaching {
  ttlSeconds: number | undefined;
  headers: readonly string[] | undefined;
}

/**
 * Decides the time to live and the identity sources of the authorizer, so that a cached Allow never answers a request
 * that the authorizer would have refused.
 *
 * @returns the caching, or the contradictions in what is asked for.
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html}
 */
export function authorizerCaching(
  config: Config,
  asked: AskedCaching,
): { caching: AuthorizerCaching; problems: readonly string[] } {
  const problems: string[] = [];
  const obstacle = cacheObstacle(config);
  const ttlSeconds = asked.ttlSeconds ?? (obstacle === undefined ? 300 : 0);
  if (ttlSeconds > 0 && obstacle !== undefined) {
    problems.push(`authorizerTtlSeconds must be 0: ${obstacle}`);
  }

  // A header that only some requests carry cannot be asked of all of them.
  const bound = config.binding === 'required' ? config.bindingHeaders : [];
  const ofApproov = config.mode === 'report-only' ? [] : [config.tokenHeader, ...bound];
  const ofUser = (config.userAuth === 'off' ? [] : [config.userHeader]).filter(
    (name) => !isNamedIn(ofApproov, name),
  );
  const needed = [...ofApproov, ...ofUser];
  const sources = asked.headers ?? needed;
  const names = sources.map((name) => name.toLowerCase());
  if (new Set(names).size < names.length) {
    problems.push('identitySourceHeaders must not name a header twice');
  }
  if (config.mode === 'report-only' && sources.some((name) => !isNamedIn(ofUser, name))) {
    problems.push(
      'identitySourceHeaders must be unset: API Gateway itself refuses a request without them, and report-only lets every request through',
    );
  }
  const missing = needed.filter((name) => !isNamedIn(sources, name));
  // An HTTP API without the user's header among its identity sources is a failure, whether it caches or not.
  if (missing.length > 0 && (ttlSeconds > 0 || missing.some((name) => isNamedIn(ofUser, name)))) {
    problems.push(
      `identitySourceHeaders must name ${missing.join(' and ')}: a cached answer would otherwise serve requests with another value`,
    );
  }
  return { caching: { ttlSeconds, headers: sources }, problems };
}

function isNamedIn(headers: readonly string[], name: string): boolean {
  return headers.some((other) => other.toLowerCase() === name.toLowerCase());
}

/** Why answers must not be cached, if they must not. */
function cacheObstacle(config: Config): string | undefined {
  if (config.messageSigning !== 'off') {
    return 'with message signing every request has a signature of its own to verify';
  }
  if (config.resourceScope === 'method') {
    return 'with resourceScope=method an answer is for one method alone, and the cache would use it for the others';
  }
  if (config.binding === 'if-present') {
    return 'with binding=if-present the binding headers are part of the decision, but cannot be identity sources: API Gateway refuses a request without them';
  }
  if (config.mode === 'report-only') {
    return 'with mode=report-only even a request without a token is let through, and API Gateway caches none without identity sources';
  }
  return undefined;
}
