import type { webcrypto } from 'node:crypto';
import { authorize } from './authorize.ts';
import { type Config, ConfigurationError } from './config/readConfig.ts';
import { createLog, type Log } from './log.ts';
import type { AuthorizerResponse } from './policy/respond.ts';
import { parseTokenSecret } from './secret/parseTokenSecret.ts';
import { SecretCache } from './secret/secretCache.ts';
import type { SecretObserver } from './secret/secretFetcher.ts';
import type { SecretSource } from './secret/secretSource.ts';
import { VerifiedSignatures } from './token/verifiedSignatures.ts';

/** What an authorizer is made of, beside its configuration. Only tests give other clocks and dice than the real ones. */
export interface Surroundings {
  /** makes the source of a secret from its name or ARN */
  readonly sourceOf: (secretId: string) => SecretSource;
  /** takes one line of the log, with its line break */
  readonly write: (line: string) => void;
  /** milliseconds since 1970 UTC */
  readonly clock?: () => number;
  /** 0 inclusive to 1 exclusive */
  readonly random?: () => number;
}

/** Answers authorizer events. */
export type Authorizer = (event: unknown) => Promise<AuthorizerResponse>;

/**
 * Puts an authorizer together, and starts fetching its secrets.
 *
 * @param warnings what the configuration's check found worth saying
 */
export function assembleAuthorizer(
  config: Config,
  warnings: readonly string[],
  surroundings: Surroundings,
): Authorizer {
  if (config.messageSigning !== 'off') throw new ConfigurationError('message signing is not built yet');
  const { sourceOf, write, clock = Date.now, random = Math.random } = surroundings;
  const log = createLog(config.logLevel, write);
  for (const warning of warnings) log({ level: 'warn', message: warning });
  const secrets: SecretCache<webcrypto.CryptoKey> = new SecretCache({
    source: sourceOf(config.secretId),
    parse: parseTokenSecret(config.secretJsonKey),
    life: {
      ttl: config.secretTtlSeconds * 1000,
      maxStale: config.secretMaxStaleSeconds * 1000,
      previousGrace: config.previousSecretGraceSeconds * 1000,
    },
    codes: { unavailable: 'secret_unavailable', invalid: 'secret_invalid' },
    clock,
    random,
    observer: observe(log, () => secrets.servesStale),
  });
  secrets.prefetch();
  const signatures = new VerifiedSignatures();
  let coldStart = true;
  return (event) => {
    const isFirst = coldStart;
    coldStart = false;
    return authorize(event, { config, secrets, signatures, clock, log }, isFirst);
  };
}

function observe(log: Log, servesStale: () => boolean): SecretObserver {
  return {
    fetched: () => log({ level: 'info', message: 'secret refreshed' }),
    fetchFailed: ({ code, message }) => {
      log({ level: 'warn', message: `secret fetch failed: ${message}`, reason: code });
      if (servesStale()) log({ level: 'warn', message: 'stale secret in use', reason: code });
    },
  };
}
