import type { Config, SettingName } from '../../src/config/settings.ts';

/** What the stack asks for. What it leaves out follows from the configuration. */
export interface AskedCaching {
  /** Seconds that API Gateway keeps an answer. */
  readonly ttlSeconds?: number | undefined;
  readonly identitySourceHeaders?: readonly string[] | undefined;
}

/** How API Gateway caches the authorizer's answers, and what it asks of a request before calling it. */
export interface AuthorizerCaching {
  /** 0 for no cache. */
  readonly ttlSeconds: number;
  /**
   * Headers whose values are the cache's key. A request without one of them is a 401 that never reaches the authorizer.
   */
  readonly headers: readonly string[];
  /** The contradictions in what is asked for. */
  readonly problems: readonly string[];
}

/**
 * Decides the time to live and the identity sources of the authorizer, so that a cached Allow never answers a request
 * that the authorizer would have refused.
 *
 * @param nameOf the name of a setting in the problems
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html}
 */
export function authorizerCaching(
  config: Config,
  asked: AskedCaching,
  nameOf: (name: SettingName) => string,
): AuthorizerCaching {
  const problems: string[] = [];
  const obstacle = cacheObstacle(config, nameOf);
  const ttlSeconds = asked.ttlSeconds ?? (obstacle === undefined ? 300 : 0);
  if (ttlSeconds > 0 && obstacle !== undefined) problems.push(`authorizerTtlSeconds must be 0: ${obstacle}`);

  const ofUser = config.userAuth === 'off' ? [] : [config.userHeader];
  // API Gateway itself refuses a request that lacks an identity source, and report-only lets every request through.
  const ofApproov = config.mode === 'report-only' ? [] : [config.tokenHeader, ...boundHeaders(config)];
  const needed = [...ofApproov, ...ofUser.filter((name) => !isNamedIn(ofApproov, name))];
  const headers = asked.identitySourceHeaders ?? needed;
  const names = headers.map((name) => name.toLowerCase());
  if (new Set(names).size < names.length) problems.push('identitySourceHeaders must not name a header twice');
  for (const name of headers.filter((name) => !/^[A-Za-z0-9._-]+$/.test(name))) {
    problems.push(
      `${name} cannot be an identity source: API Gateway takes letters, digits, '.', '_' and '-' alone`,
    );
  }
  if (config.mode === 'report-only' && headers.some((name) => !isNamedIn(ofUser, name))) {
    problems.push(
      'identitySourceHeaders must be unset: API Gateway itself refuses a request without them, and report-only lets every request through',
    );
  }
  const missing = needed.filter((name) => !isNamedIn(headers, name));
  // An HTTP API whose identity sources lack the user's header answers every request 500, whether it caches or not.
  if (missing.length > 0 && (ttlSeconds > 0 || missing.some((name) => isNamedIn(ofUser, name)))) {
    problems.push(
      `identitySourceHeaders must name ${missing.join(' and ')}: a cached answer would otherwise serve requests with another value`,
    );
  }
  return { ttlSeconds, headers, problems };
}

/** A header that only some requests carry cannot be asked of all of them. */
function boundHeaders({ binding, bindingHeaders }: Config): readonly string[] {
  return binding === 'required' ? bindingHeaders : [];
}

function isNamedIn(headers: readonly string[], name: string): boolean {
  return headers.some((other) => other.toLowerCase() === name.toLowerCase());
}

/** Why answers must not be cached, if they must not. */
function cacheObstacle(config: Config, nameOf: (name: SettingName) => string): string | undefined {
  if (config.messageSigning !== 'off')
    return 'with message signing every request has its own signature to verify';
  if (config.resourceScope === 'method') {
    return `with ${nameOf('resourceScope')}=method an answer is for one method alone, and the cache would use it for the others`;
  }
  if (config.binding === 'if-present') {
    return `with ${nameOf('binding')}=if-present the binding headers are part of the decision, but cannot be identity sources: API Gateway refuses a request without them`;
  }
  if (config.mode === 'report-only') {
    return `with ${nameOf('mode')}=report-only even a request without a token is let through, and API Gateway caches none without identity sources`;
  }
  return undefined;
}
