import { type AuthorizerResponse, type PolicyResponse, respond } from './answer/respond.ts';
import type { Config } from './config/settings.ts';
import { type DecisionParts, decide } from './decide.ts';
import type { ApiRequest } from './event/apiRequest.ts';
import { readAuthorizerEvent } from './event/readEvent.ts';
import { importTokenSecret } from './keys/decodeSecret.ts';
import type { FetchedCache } from './keys/fetchedCache.ts';
import type { FetchOptions } from './keys/fetcher.ts';
import { findKey, KeySetCache, type KeySetCacheOptions } from './keys/keySetCache.ts';
import { SecretCache, type SecretSource } from './keys/secretCache.ts';
import { createLog, type LogLine } from './log.ts';
import { importAccountKeys } from './messageSigning/keys.ts';
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
  readonly fetchKeySet?: KeySetCacheOptions['fetchText'];
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
    const decision = await decide(() => readAuthorizerEvent(event), parts);
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

  const { secretId, keysetJwksUri: uri, keysetJwks: text, messageSigning } = config;
  const secretCache =
    secretId === undefined
      ? undefined
      : startSecret(secretId, (text) => importTokenSecret(text, config.secretJsonKey), {
          unavailable: 'secret_unavailable',
          invalid: 'secret_invalid',
        });
  const algorithms = asymmetricOf(config.algorithms);
  const keySetCache =
    algorithms.length === 0
      ? undefined
      : startKeySet('keyset', {
          origin: uri === undefined ? { text: text as string } : { uri },
          algorithms,
          life: lifeOf(config.keysetTtlSeconds, config.keysetMaxStaleSeconds),
          codes: { unavailable: 'keyset_unavailable', invalid: 'keyset_invalid' },
        });
  const accountKeyCache =
    messageSigning === 'account' || messageSigning === 'any'
      ? startSecret(config.accountKeyId as string, importAccountKeys, {
          unavailable: 'account_key_unavailable',
          invalid: 'account_key_invalid',
        })
      : undefined;
  const next = config.userAuth === 'off' ? undefined : startUserCheck();
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

  function startSecret<Key>(
    secretId: string,
    importKey: (text: string) => Promise<Key>,
    codes: FetchOptions['codes'],
  ): SecretCache<Key> {
    const life = {
      ...lifeOf(config.secretTtlSeconds, config.secretMaxStaleSeconds),
      previousGrace: config.previousSecretGraceSeconds * 1000,
    };
    const source = sourceOf(secretId);
    const make = (options: FetchOptions) => new SecretCache({ ...options, source, importKey, life });
    return startCache('secret', { secretId }, codes, make);
  }

  function startKeySet(
    what: 'keyset' | 'user keys',
    { codes, ...keySet }: Pick<KeySetCacheOptions, 'origin' | 'algorithms' | 'life' | 'codes'>,
  ): KeySetCache {
    const asked = 'uri' in keySet.origin ? { host: new URL(keySet.origin.uri).host } : {};
    const make = (options: FetchOptions) =>
      new KeySetCache({ ...options, ...keySet, fetchText: fetchKeySet });
    return startCache(what, asked, codes, make);
  }

  /** Makes a cache, which logs how each fetch ends, and starts its first fetch. */
  function startCache<Cache extends Pick<FetchedCache<unknown, unknown>, 'state' | 'prefetch'>>(
    what: 'secret' | 'keyset' | 'user keys',
    asked: Pick<LogLine, 'secretId' | 'host'>,
    codes: FetchOptions['codes'],
    make: (options: FetchOptions) => Cache,
  ): Cache {
    const observer: FetchOptions['observer'] = {
      fetched: () => log({ level: 'info', message: `${what} refreshed` }),
      fetchFailed({ code: reason, message }) {
        log({ level: 'warn', message: `${what} fetch failed: ${message}`, reason, ...asked });
        if (cache.state === 'stale') {
          log({ level: 'warn', message: `stale ${what} in use`, reason, ...asked });
        }
      },
    };
    const cache = make({ clocks, random, codes, observer });
    cache.prefetch();
    return cache;
  }

  function startUserCheck(): NonNullable<DecisionParts['next']> {
    // Each issuer's keys have a life of their own: an outage of one does not touch the users of another.
    const keySetCaches = new Map(
      config.userIssuer.map((issuer, index) => [
        issuer,
        startKeySet('user keys', {
          origin: { uri: config.userJwksUri[index] as string },
          algorithms: config.userAlgorithms,
          life: lifeOf(config.userKeysTtlSeconds, config.userKeysMaxStaleSeconds),
          codes: { unavailable: 'user_keys_unavailable', invalid: 'user_keys_unavailable' },
        }),
      ]),
    );
    const cacheOf = (issuer: string) => keySetCaches.get(issuer) as KeySetCache;
    return jwtUserCheck(config, (issuer, ...token) => findKey(cacheOf(issuer), ...token), clock);
  }
}

function lifeOf(ttlSeconds: number, maxStaleSeconds: number): KeySetCacheOptions['life'] {
  return { ttl: ttlSeconds * 1000, maxStale: maxStaleSeconds * 1000 };
}

/** Milliseconds. `performance` would load a dozen of Node.js' modules at each cold start. */
function highResolutionTime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
