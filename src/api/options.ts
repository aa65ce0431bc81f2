import { nearestName, type ReadConfig, readConfig } from '../config/readConfig.ts';
import { type Rule, readValue } from '../config/rules.ts';
import { type RawSettings, type SettingName, settings } from '../config/settings.ts';
import { ConfigurationError } from '../errors.ts';
import type { LogLevel } from '../log.ts';
import type { AsymmetricAlgorithm, SignatureAlgorithm } from '../token/algorithms.ts';

/**
 * The settings of an authorizer, each as the environment variable of the same words (`secretTtlSeconds` is
 * `APPROOV_SECRET_TTL_SECONDS`), with the same defaults and rules. Times are in whole seconds. There must be a key: `secretId`, or
 * `algorithms` with a keyset.
 */
export type AuthorizerOptions = AuthorizerSettings &
  ({ readonly secretId: string } | { readonly algorithms: readonly SignatureAlgorithm[] });

interface AuthorizerSettings {
  /** Name or ARN of the Secrets Manager secret that holds the base64 secret, unset without HS256. Required for HS256. */
  readonly secretId?: string | undefined;
  /** JSON key of the base64 secret, if the secret's value is a JSON object. */
  readonly secretJsonKey?: string | undefined;
  /** A cached secret older than this is fetched again, in the background. Default: 300. */
  readonly secretTtlSeconds?: number | undefined;
  /** While fetching fails, the last good secret serves up to this age, then every request is a 500. Default: 3600. */
  readonly secretMaxStaleSeconds?: number | undefined;
  /** For this long after a rotation the AWSPREVIOUS secret verifies too. 0: never. Default: 900. */
  readonly previousSecretGraceSeconds?: number | undefined;
  /** Algorithms that a token may be signed with; the asymmetric ones need a keyset. Default: `HS256`. */
  readonly algorithms?: readonly SignatureAlgorithm[] | undefined;
  /** https URL of the keyset. An asymmetric algorithm needs this or `keysetJwks`. */
  readonly keysetJwksUri?: string | undefined;
  /** The keyset itself, for functions without internet access: a JWK Set, or one PEM public key. */
  readonly keysetJwks?: string | undefined;
  /** A cached keyset older than this is fetched again, in the background. Default: 3600. */
  readonly keysetTtlSeconds?: number | undefined;
  /** While fetching fails, the last good keyset serves up to this age, then its tokens are a 500. Default: 86400. */
  readonly keysetMaxStaleSeconds?: number | undefined;
  /** Header that carries the token. Default: `Approov-Token`. */
  readonly tokenHeader?: string | undefined;
  /** Word before the token in that header, such as `Bearer`, in any case. It is then required. */
  readonly tokenPrefix?: string | undefined;
  /** Query parameter that carries the token of a WebSocket `$connect` without that header; see docs/operations.md. */
  readonly tokenQueryParameter?: string | undefined;
  /** Headers that the token is bound to, in order. All of them must be sent. */
  readonly bindingHeaders?: readonly string[] | undefined;
  /** `if-present` lets a token without `pay` pass. Default: `required` when `bindingHeaders` is set, else `off`. */
  readonly binding?: 'off' | 'if-present' | 'required' | undefined;
  /** When set, `iss` must equal it. */
  readonly issuer?: string | undefined;
  /** When set, `aud` must equal or contain one of them. */
  readonly audience?: string | readonly string[] | undefined;
  /** Tolerated difference between the clocks of Approov, clients and AWS. Default: 0. */
  readonly clockToleranceSeconds?: number | undefined;
  /** `report-only` lets every request through and logs what would have been refused. Default: `enforce`. */
  readonly mode?: 'enforce' | 'report-only' | undefined;
  /**
   * How a refusal is answered: a thrown `Unauthorized`, which REST and WebSocket APIs answer with 401 (AWS does not
   * document what HTTP APIs answer), or a Deny (`policy`), which every template sets. Default: `unauthorized`.
   */
  readonly denial?: 'unauthorized' | 'policy' | undefined;
  /** `on`: the context of a Deny for `signature_mismatch` has the token's `arc`, unverified. Default: `off`. */
  readonly denialArc?: 'off' | 'on' | undefined;
  /** What a policy covers: the `stage`, or the called `method`, which needs a TTL of 0. Default: `stage`. */
  readonly resourceScope?: 'stage' | 'method' | undefined;
  /** Response to payload 2.0. A `simple` one has no expiry, so it is cached for the whole TTL. Default: `policy`. */
  readonly httpApiResponse?: 'policy' | 'simple' | undefined;
  /** Claims that the backend gets; reserved names are left out. Default: `exp,iss,aud,sub,did,ip,arc,anno`. */
  readonly contextClaims?: readonly string[] | undefined;
  /** Least level that is logged. Metrics and alarms are made from the log and need `info`. Default: `info`. */
  readonly logLevel?: LogLevel | undefined;
  /** Message signature that must verify; see docs/message-signing.md. Default: `off`. */
  readonly messageSigning?: 'off' | 'install' | 'account' | 'any' | undefined;
  /** `report-only` lets a request with a bad message signature through and logs the reason. Default: `enforce`. */
  readonly messageSigningMode?: 'enforce' | 'report-only' | undefined;
  /** What happens to a token without `ipk` or `mskid`, the keys of message signatures. Default: `refuse`. */
  readonly messageSigningWithoutKey?: 'refuse' | 'allow' | undefined;
  /** Name or ARN of the secret that holds the account message signing key. Required for `account` and `any`. */
  readonly accountKeyId?: string | undefined;
  /** Components that a signature must cover. Default: `@method,@target-uri,approov-token`. */
  readonly signatureComponents?: readonly string[] | undefined;
  /** Age of a signature's `created` that is still accepted. Default: 60. */
  readonly signatureMaxAgeSeconds?: number | undefined;
  /** Scheme and host that clients see. Default: `https://` and the event's domain name. */
  readonly publicOrigin?: string | undefined;
  /** Path prefix that clients see instead of the stage or base path. `/`: none. Default: as the event says. */
  readonly publicBasePath?: string | undefined;
  /** `jwt` checks the user's token too and enables the settings below; see docs/users.md. Default: `off`. */
  readonly userAuth?: 'off' | 'jwt' | undefined;
  /** Issuer of users' tokens, which `iss` must equal. Required with `jwt`. */
  readonly userIssuer?: string | readonly string[] | undefined;
  /** One of them must be in `aud`, or equal `client_id` when there is no `aud`. Required with `jwt`. */
  readonly userAudience?: string | readonly string[] | undefined;
  /** https URL of the issuer's JWK Set. Default: that of an Amazon Cognito user pool, else required. */
  readonly userJwksUri?: string | readonly string[] | undefined;
  /** Algorithms that users' tokens may be signed with. Default: `RS256`. */
  readonly userAlgorithms?: readonly AsymmetricAlgorithm[] | undefined;
  /** `token_use` must equal it. Default: `access` for an Amazon Cognito user pool, else unset. */
  readonly userTokenUse?: 'access' | 'id' | undefined;
  /** The header's `typ` must equal it, in any case, such as `at+jwt`. `application/` may be left out. */
  readonly userTokenType?: string | undefined;
  /** Scopes, one of which must be in `scope` or `scp`. */
  readonly userScopes?: readonly string[] | undefined;
  /** Header that carries the user's token. `Bearer` before it is optional, in any case. Default: `Authorization`. */
  readonly userHeader?: string | undefined;
  /** Claims of the user that the backend gets, each as `user_<claim>`. Default: `sub,exp,scope,client_id`. */
  readonly userContextClaims?: readonly string[] | undefined;
  /** Tolerated difference between the clocks of the issuer and AWS. Default: 0. */
  readonly userClockToleranceSeconds?: number | undefined;
  /** Cached keys of the issuer older than this are fetched again, in the background. Default: 3600. */
  readonly userKeysTtlSeconds?: number | undefined;
  /** While fetching fails, the issuer's last good keys serve up to this age, then every request is a 500. Default: 7200. */
  readonly userKeysMaxStaleSeconds?: number | undefined;
}

/**
 * Checks options by the rules of the environment variables of the same names.
 *
 * @throws ConfigurationError one error that names each wrong option and its rule
 *
 * @internal
 */
export function readOptions(options: AuthorizerOptions): ReadConfig {
  return readConfig(rawSettings(options), (name) => name);
}

/** Options as their environment variables would say them, so that one set of rules holds for both. */
function rawSettings(options: AuthorizerOptions): RawSettings {
  const given = ownProperties('options', options);
  const names = Object.keys(settings);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const hints = unknown.map((name) => `unknown option ${name}: did you mean ${nearestName(name, names)}?`);
    throw new ConfigurationError(`Invalid configuration: ${hints.join('; ')}`);
  }
  const raw = Object.entries(given).map(([name, value]) => [name, textOf(name as SettingName, value)]);
  return Object.fromEntries(raw);
}

/**
 * An option as its environment variable would say it. What is of another type than the option is as wrong as an empty text, and the
 * error then names the option.
 *
 * @internal
 */
export function textOf(name: SettingName, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  const isList =
    Array.isArray(value) && value.every((item) => typeof item === 'string' && !item.includes(','));
  const text = isList || typeof value === 'number' ? String(value) : '';
  const parsed = readValue(settings[name].rule as Rule, text);
  return typeof parsed === typeof value && Array.isArray(parsed) === isList ? text : '';
}

/**
 * A copy without what an object inherits: a polluted Object.prototype must not set an option.
 *
 * @param name what the argument is called in the error
 * @throws ConfigurationError it is not an object
 *
 * @internal
 */
export function ownProperties<T extends object>(name: string, argument: T): T {
  if (typeof argument !== 'object' || argument === null) {
    throw new ConfigurationError(`Invalid configuration: ${name} must be an object`);
  }
  return Object.assign(Object.create(null), argument);
}
