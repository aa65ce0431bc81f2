import { type AuthorizerResponse, type PolicyResponse, respond } from './answer/respond.ts';
import type { Config } from './config/settings.ts';
import { type DecisionParts, decide } from './decide.ts';
import type { ApiRequest } from './event/apiRequest.ts';
import { readEvent } from './event/authorizerEvent.ts';
import { parseTokenSecret } from './keys/decodeSecret.ts';
import type { FetchObserver, FetchOptions } from './keys/fetcher.ts';
import {
  createKeySetCache,
  type FetchKeySet,
  findKey,
  type KeySetCache,
  type KeySetCacheOptions,
} from './keys/keySetCache.ts';
import { SecretCache, type SecretSource } from './keys/secretCache.ts';
import { createLog, type Log, type LogLine } from './log.ts';
import { parseAccountKeys } from './messageSigning/keys.ts';
import { asymmetricOf } from './token/algorithms.ts';
import { VerifiedTokens } from './token/signature.ts';
import { jwtUserCheck } from './user/jwtUserCheck.ts';
import type { VerifiedApproovToken } from './verifyToken.ts';

/**
 * What an authorizer gets from where it runs. Only tests replace the clocks and the random numbers.
 *
 * @internal
 */
export interface Platform {
  /** Makes the source of a secret from its name or ARN. */
  readonly sourceOf: (secretId: string) => SecretSource;
  /** Fetches the text of a key set; over HTTPS when left out. */
  readonly fetchKeySet?: FetchKeySet;
  /** Takes one line of the log, with its line break. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970 UTC. */
  readonly clock?: () => number;
  /** Milliseconds since an arbitrary moment, never going back. */
  readonly steadyClock?: () => number;
  /** 0 inclusive to 1 exclusive. */
  readonly random?: () => number;
}

/**
 * Answers authorizer events: those of REST and WebSocket APIs and of payload 1.0 with a policy, those of payload 2.0
 * with an `HttpApiResponse`.
 */
export interface Authorizer<HttpApiResponse extends AuthorizerResponse = AuthorizerResponse> {
  (event: { readonly methodArn: string }): Promise<PolicyResponse>;
  (event: { readonly routeArn: string }): Promise<HttpApiResponse>;
  (event: unknown): Promise<AuthorizerResponse>;
}

/**
 * Makes an authorizer, and starts fetching its secrets.
 *
 * @param warnings what the check of the configuration warns of
 *
 * @internal
 */
export function startAuthorizer(config: Config, warnings: readonly string[], platform: Platform): Authorizer {
  const parts = startParts(config, warnings, platform);
  const warnOfHttpApi = httpApiWarning(parts);
  const authorizer = async (event: unknown): Promise<AuthorizerResponse> => {
    const decision = await decide(() => readEvent(event), parts);
    warnOfHttpApi(decision.request);
    return respond(decision, config);
  };
  return authorizer as Authorizer;
}

/**
 * Makes the one warning of a combination that the configuration alone does not show: refusals are thrown, on an HTTP API.
 *
 * @returns to be called with each request
 *
 * @internal
 */
export function httpApiWarning({ config, log }: DecisionParts): (request: ApiRequest | undefined) => void {
  let isDue = config.denial === 'unauthorized';
  return (request) => {
    if (!isDue || request?.apiType !== 'http') return;
    isDue = false;
    const message = 'denial is unauthorized on an HTTP API: AWS documents no 401 for it; use policy';
    log({ level: 'warn', message });
  };
}

/**
 * Puts together what decisions need, and starts fetching the secrets.
 *
 * @param warnings what the check of the configuration warns of
 *
 * @internal
 */
export function startParts(config: Config, warnings: readonly string[], platform: Platform): DecisionParts {
  const { sourceOf, fetchKeySet, write, random = Math.random } = platform;
  const { clock = Date.now, steadyClock = highResolutionTime } = platform;
  const clocks = { wall: clock, steady: steadyClock };
  const log = createLog(config.logLevel, write, clock);
  for (const warning of warnings) log({ level: 'warn', message: warning });

  const secretCache =
    config.secretId === undefined
      ? undefined
      : fetchedSecret(config.secretId, parseTokenSecret(config.secretJsonKey), {
          unavailable: 'secret_unavailable',
          invalid: 'secret_invalid',
        });
  const algorithms = asymmetricOf(config.algorithms);
  const { keysetJwksUri: uri, keysetJwks: text } = config;
  const keySetCache =
    algorithms.length === 0
      ? undefined
      : fetchedKeySet('keyset', {
          origin: uri === undefined ? { text: text as string } : { uri },
          algorithms,
          life: lifeOf(config.keysetTtlSeconds, config.keysetMaxStaleSeconds),
          codes: { unavailable: 'keyset_unavailable', invalid: 'keyset_invalid' },
        });
  const accountKeyCache =
    config.messageSigning === 'account' || config.messageSigning === 'any'
      ? fetchedSecret(config.accountKeyId as string, parseAccountKeys, {
          unavailable: 'account_key_unavailable',
          invalid: 'account_key_invalid',
        })
      : undefined;
  const next = config.userAuth === 'off' ? undefined : checkOfUsers();
  let coldStart = true;
  const isColdStart = () => {
    const isFirst = coldStart;
    coldStart = false;
    return isFirst;
  };
  const verifiedTokens = new VerifiedTokens<VerifiedApproovToken>();
  return {
    config,
    secretCache,
    keySetCache,
    verifiedTokens,
    accountKeyCache,
    next,
    clocks,
    log,
    isColdStart,
  };

  function fetchedSecret<Key>(
    secretId: string,
    parse: (text: string) => Promise<Key>,
    codes: FetchOptions['codes'],
  ): SecretCache<Key> {
    const life = {
      ttl: config.secretTtlSeconds * 1000,
      maxStale: config.secretMaxStaleSeconds * 1000,
      previousGrace: config.previousSecretGraceSeconds * 1000,
    };
    const observer = observe(log, 'secret', { secretId }, () => cache.state === 'stale');
    const source = sourceOf(secretId);
    const cache = new SecretCache({ source, parse, life, codes, clocks, random, observer });
    cache.prefetch();
    return cache;
  }

  function checkOfUsers(): NonNullable<DecisionParts['next']> {
    // Each issuer's keys have a life of their own: an outage of one does not touch the users of another.
    const keySetCaches = new Map(
      config.userIssuer.map((issuer, index) => [
        issuer,
        fetchedKeySet('user keys', {
          origin: { uri: config.userJwksUri[index] as string },
          algorithms: config.userAlgorithms,
          life: lifeOf(config.userKeysTtlSeconds, config.userKeysMaxStaleSeconds),
          codes: { unavailable: 'user_keys_unavailable', invalid: 'user_keys_unavailable' },
        }),
      ]),
    );
    return jwtUserCheck(config, {
      keyFor: (issuer, ...token) => findKey(keySetCaches.get(issuer) as KeySetCache, ...token),
      clock,
    });
  }

  function fetchedKeySet(
    what: FetchedThing,
    options: Pick<KeySetCacheOptions, 'origin' | 'algorithms' | 'life' | 'codes'>,
  ): KeySetCache {
    const { origin } = options;
    const asked = 'uri' in origin ? { host: new URL(origin.uri).host } : {};
    const cache = createKeySetCache({
      ...options,
      clocks,
      random,
      observer: observe(log, what, asked, () => cache.state === 'stale'),
      ...(fetchKeySet && { fetchKeySet }),
    });
    cache.prefetch();
    return cache;
  }
}

function lifeOf(ttlSeconds: number, maxStaleSeconds: number): KeySetCacheOptions['life'] {
  return { ttl: ttlSeconds * 1000, maxStale: maxStaleSeconds * 1000 };
}

/** What is fetched, as the log names it. */
type FetchedThing = 'secret' | 'keyset' | 'user keys';

function observe(
  log: Log,
  what: FetchedThing,
  asked: Pick<LogLine, 'secretId' | 'host'>,
  isStale: () => boolean,
): FetchObserver {
  return {
    fetched: () => log({ level: 'info', message: `${what} refreshed` }),
    fetchFailed: ({ code, message }) => {
      log({ level: 'warn', message: `${what} fetch failed: ${message}`, reason: code, ...asked });
      if (isStale()) log({ level: 'warn', message: `stale ${what} in use`, reason: code, ...asked });
    },
  };
}

/** Milliseconds. `performance` would load a dozen of Node.js' modules at each cold start. */
function highResolutionTime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
