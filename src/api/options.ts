import { nearestName } from '../config/nearestName.ts';
import { type ReadConfig, readConfig } from '../config/readConfig.ts';
import { type Rule, readValue } from '../config/rules.ts';
import { type RawSettings, type SettingName, settings } from '../config/settings.ts';
import { ConfigurationError } from '../errors.ts';
import type { LogLevel } from '../log.ts';
import type { AsymmetricAlgorithm, SignatureAlgorithm } from '../token/algorithms.ts';

/**
 * The settings of an authorizer, each as the environment variable of the same name (`secretTtlSeconds` is
 * `APPROOV_SECRET_TTL_SECONDS`), with the same defaults and rules. Times are in whole seconds.
 */
export type AuthorizerOptions = AuthorizerSettings &
  ({ readonly secretId: string } | { readonly algorithms: readonly SignatureAlgorithm[] });

/** See {@link AuthorizerOptions}, which adds that there must be a key: `secretId`, or `algorithms` with a keyset. */
interface AuthorizerSettings {
  /** Name or ARN of the Secrets Manager secret that holds the base64 secret. Required for HS256. */
  readonly secretId?: string | undefined;
  /** The secret's value is a JSON object, and the base64 secret is at this key. */
  readonly secretJsonKey?: string | undefined;
  /** A cached secret older than this is fetched again. Default: 300. */
  readonly secretTtlSeconds?: number | undefined;
  /** While fetching fails, the last good secret serves up to this age. Default: 3600. */
  readonly secretMaxStaleSeconds?: number | undefined;
  /** For this long after a rotation the AWSPREVIOUS secret verifies too, 0: never. Default: 900. */
  readonly previousSecretGraceSeconds?: number | undefined;
  /** Algorithms that a token may be signed with. Default: `HS256`. */
  readonly algorithms?: readonly SignatureAlgorithm[] | undefined;
  /** https URL of the keyset, for asymmetric algorithms. */
  readonly keysetJwksUri?: string | undefined;
  /** The keyset itself, in place of its URL: a JWK Set, or one PEM public key. */
  readonly keysetJwks?: string | undefined;
  /** A cached keyset older than this is fetched again. Default: 3600. */
  readonly keysetTtlSeconds?: number | undefined;
  /** While fetching fails, the last good keyset serves up to this age. Default: 86400. */
  readonly keysetMaxStaleSeconds?: number | undefined;
  /** Header that carries the token. Default: `Approov-Token`. */
  readonly tokenHeader?: string | undefined;
  /** Word before the token, such as `Bearer`, then required. */
  readonly tokenPrefix?: string | undefined;
  /** Query parameter that carries the token of a WebSocket handshake without that header. */
  readonly tokenQueryParameter?: string | undefined;
  /** Headers that the token is bound to, in order. */
  readonly bindingHeaders?: readonly string[] | undefined;
  /** Default: `required` when `bindingHeaders` is set, else `off`. */
  readonly binding?: 'off' | 'if-present' | 'required' | undefined;
  /** `iss` must equal it. */
  readonly issuer?: string | undefined;
  /** `aud` must equal or contain it, or one of them. */
  readonly audience?: string | readonly string[] | undefined;
  /** 0 to 60. Default: 0. */
  readonly clockToleranceSeconds?: number | undefined;
  /** `report-only` lets every request through and logs what would have been refused. Default: `enforce`. */
  readonly mode?: 'enforce' | 'report-only' | undefined;
  /**
   * How a refusal is answered: an error `Unauthorized`, which REST and WebSocket APIs answer with 401 (what an HTTP
   * API answers is not documented), or a Deny. Default: `unauthorized`.
   */
  readonly denial?: 'unauthorized' | 'policy' | undefined;
  /** Whether a Deny hands on the Attestation Response Code of a token whose signature does not verify. Default: `off`. */
  readonly denialArc?: 'off' | 'on' | undefined;
  /** What the policy covers. Default: `stage`. */
  readonly resourceScope?: 'stage' | 'method' | undefined;
  /** Answer to HTTP API payload 2.0. Default: `policy`. */
  readonly httpApiResponse?: 'policy' | 'simple' | undefined;
  /** Claims handed to the backend. Default: `exp,iss,aud,sub,did,ip,arc,anno`. */
  readonly contextClaims?: readonly string[] | undefined;
  /** The least level that is written. Default: `info`. */
  readonly logLevel?: LogLevel | undefined;
  /** The message signature that must verify. Default: `off`. */
  readonly messageSigning?: 'off' | 'install' | 'account' | 'any' | undefined;
  /** `report-only` lets a request with a bad message signature through and logs what would have been refused. Default: `enforce`. */
  readonly messageSigningMode?: 'enforce' | 'report-only' | undefined;
  /** A token without message signing key. Default: `refuse`. */
  readonly messageSigningWithoutKey?: 'refuse' | 'allow' | undefined;
  /** Secrets Manager name or ARN of the account message signing key. */
  readonly accountKeyId?: string | undefined;
  /** Components that a signature must cover. Default: `@method,@target-uri,approov-token`. */
  readonly signatureComponents?: readonly string[] | undefined;
  /** Age of a signature's `created` that is still accepted, 1 to 3600. Default: 60. */
  readonly signatureMaxAgeSeconds?: number | undefined;
  /** Scheme and host that clients see. */
  readonly publicOrigin?: string | undefined;
  /** Path prefix that clients see in place of the stage or base path. */
  readonly publicBasePath?: string | undefined;
  /** whether the user's token is checked too; `off` */
  readonly userAuth?: 'off' | 'jwt' | undefined;
  /** `iss` of users' tokens must equal it */
  readonly userIssuer?: string | readonly string[] | undefined;
  /** one of them must be in `aud`, or, when there is no `aud`, equal `client_id` */
  readonly userAudience?: string | readonly string[] | undefined;
  /** https URL of the issuer's JWK Set; required unless the issuer is Amazon Cognito */
  readonly userJwksUri?: string | readonly string[] | undefined;
  /** algorithms that a user's token may be signed with; `RS256` */
  readonly userAlgorithms?: readonly AsymmetricAlgorithm[] | undefined;
  /** `token_use` must equal it; `access` when the issuer is Amazon Cognito */
  readonly userTokenUse?: 'access' | 'id' | undefined;
  /** the header's `typ` must equal it, such as `at+jwt` */
  readonly userTokenType?: string | undefined;
  /** one of them must be in `scope` or `scp` */
  readonly userScopes?: readonly string[] | undefined;
  /** header that carries the user's token; `Authorization` */
  readonly userHeader?: string | undefined;
  /** claims handed to the backend as `user_<claim>`; `sub,exp,scope,client_id` */
  readonly userContextClaims?: readonly string[] | undefined;
  /** 0 to 60; 0 */
  readonly userClockToleranceSeconds?: number | undefined;
  /** cached keys older than this are fetched again; 3600 */
  readonly userKeysTtlSeconds?: number | undefined;
  /** while fetching fails, the last good keys serve up to this age; 7200 */
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

/** What is of another type than the option is as wrong as an empty text, and the error then names the option. */
function textOf(name: SettingName, value: unknown): string | undefined {
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
