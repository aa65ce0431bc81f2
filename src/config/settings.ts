import { readPublicKeys } from '../keys/keySet.ts';
import { asymmetricAlgorithms, signatureAlgorithms } from '../token/algorithms.ts';
import * as rules from './rules.ts';

/** A day and a week, in seconds: the longest times that make sense for a secret. */
const day = 86_400;
const week = 7 * day;

/** Public keys as text. */
const publicKeys = {
  pattern: '\\s*(\\{|-----BEGIN)[\\s\\S]*',
  expects: 'a JWK Set with a public signature key that has a kid, or one PEM public key',
  read(text) {
    try {
      readPublicKeys(text);
      return text;
    } catch {
      return undefined;
    }
  },
} as const satisfies rules.Rule;

/**
 * Every setting: its environment variable, its rule and its default. Without a default it may be unset. The tests compare
 * the options' TSDoc, docs/configuration.md and the templates with this table.
 */
export const settings = {
  secretId: setting('APPROOV_SECRET_ID', rules.secretId),
  secretJsonKey: setting('APPROOV_SECRET_JSON_KEY', rules.printable),
  secretTtlSeconds: setting('APPROOV_SECRET_TTL_SECONDS', { from: 0, to: day }, 300),
  secretMaxStaleSeconds: setting('APPROOV_SECRET_MAX_STALE_SECONDS', { from: 0, to: week }, 3600),
  previousSecretGraceSeconds: setting('APPROOV_PREVIOUS_SECRET_GRACE_SECONDS', { from: 0, to: week }, 900),
  algorithms: setting('APPROOV_ALGORITHMS', { listOf: { oneOf: signatureAlgorithms } }, ['HS256']),
  keysetJwksUri: setting('APPROOV_KEYSET_JWKS_URI', rules.httpsUrl),
  keysetJwks: setting('APPROOV_KEYSET_JWKS', publicKeys),
  keysetTtlSeconds: setting('APPROOV_KEYSET_TTL_SECONDS', { from: 0, to: day }, 3600),
  keysetMaxStaleSeconds: setting('APPROOV_KEYSET_MAX_STALE_SECONDS', { from: 0, to: week }, day),
  tokenHeader: setting('APPROOV_TOKEN_HEADER', rules.headerName, 'Approov-Token'),
  tokenPrefix: setting('APPROOV_TOKEN_PREFIX', {
    pattern: '[!-+.-~-]{1,64}',
    expects: 'one word such as Bearer, without comma',
  }),
  tokenQueryParameter: setting('APPROOV_TOKEN_QUERY_PARAMETER', {
    pattern: '[A-Za-z0-9._~-]{1,128}',
    expects: 'the name of a query parameter: letters, digits, . _ ~ -',
  }),
  bindingHeaders: setting('APPROOV_BINDING_HEADERS', rules.headerNames),
  binding: setting('APPROOV_BINDING', { oneOf: ['off', 'if-present', 'required'] }),
  issuer: setting('APPROOV_ISSUER', rules.printable),
  audience: setting('APPROOV_AUDIENCE', { listOf: rules.printable }),
  clockToleranceSeconds: setting('APPROOV_CLOCK_TOLERANCE_SECONDS', { from: 0, to: 60 }, 0),
  mode: setting('APPROOV_MODE', { oneOf: ['enforce', 'report-only'] }, 'enforce'),
  denial: setting('APPROOV_DENIAL', { oneOf: ['unauthorized', 'policy'] }, 'unauthorized'),
  denialArc: setting('APPROOV_DENIAL_ARC', { oneOf: ['off', 'on'] }, 'off'),
  resourceScope: setting('APPROOV_RESOURCE_SCOPE', { oneOf: ['stage', 'method'] }, 'stage'),
  httpApiResponse: setting('APPROOV_HTTP_API_RESPONSE', { oneOf: ['policy', 'simple'] }, 'policy'),
  contextClaims: setting('APPROOV_CONTEXT_CLAIMS', { listOf: rules.word('a claim name', 128) }, [
    'exp',
    'iss',
    'aud',
    'sub',
    'did',
    'ip',
    'arc',
    'anno',
  ]),
  logLevel: setting('APPROOV_LOG_LEVEL', { oneOf: ['debug', 'info', 'warn', 'error', 'silent'] }, 'info'),
  messageSigning: setting('APPROOV_MESSAGE_SIGNING', { oneOf: ['off', 'install', 'account', 'any'] }, 'off'),
  messageSigningMode: setting(
    'APPROOV_MESSAGE_SIGNING_MODE',
    { oneOf: ['enforce', 'report-only'] },
    'enforce',
  ),
  messageSigningWithoutKey: setting(
    'APPROOV_MESSAGE_SIGNING_WITHOUT_KEY',
    { oneOf: ['refuse', 'allow'] },
    'refuse',
  ),
  accountKeyId: setting('APPROOV_ACCOUNT_KEY_ID', rules.secretId),
  signatureComponents: setting('APPROOV_SIGNATURE_COMPONENTS', { listOf: rules.signatureComponent }, [
    '@method',
    '@target-uri',
    'approov-token',
  ]),
  signatureMaxAgeSeconds: setting('APPROOV_SIGNATURE_MAX_AGE_SECONDS', { from: 1, to: 3600 }, 60),
  publicOrigin: setting('APPROOV_PUBLIC_ORIGIN', rules.origin),
  publicBasePath: setting('APPROOV_PUBLIC_BASE_PATH', rules.basePath),
  userAuth: setting('APPROOV_USER_AUTH', { oneOf: ['off', 'jwt'] }, 'off'),
  userIssuer: setting('APPROOV_USER_ISSUER', { listOf: rules.issuerUrl }),
  userAudience: setting('APPROOV_USER_AUDIENCE', { listOf: rules.printable }),
  userJwksUri: setting('APPROOV_USER_JWKS_URI', { listOf: rules.httpsUrl, sameness: 'may-repeat' }),
  userAlgorithms: setting('APPROOV_USER_ALGORITHMS', { listOf: { oneOf: asymmetricAlgorithms } }, ['RS256']),
  userTokenUse: setting('APPROOV_USER_TOKEN_USE', { oneOf: ['access', 'id'] }),
  userTokenType: setting('APPROOV_USER_TOKEN_TYPE', {
    pattern: '[A-Za-z0-9!#$&^_.+/-]{1,127}',
    expects: 'a media type such as at+jwt',
  }),
  userScopes: setting('APPROOV_USER_SCOPES', { listOf: rules.word('a scope', 256) }),
  userHeader: setting('APPROOV_USER_HEADER', rules.headerName, 'Authorization'),
  userContextClaims: setting('APPROOV_USER_CONTEXT_CLAIMS', { listOf: rules.word('a claim name', 256) }, [
    'sub',
    'exp',
    'scope',
    'client_id',
  ]),
  userClockToleranceSeconds: setting('APPROOV_USER_CLOCK_TOLERANCE_SECONDS', { from: 0, to: 60 }, 0),
  userKeysTtlSeconds: setting('APPROOV_USER_KEYS_TTL_SECONDS', { from: 0, to: day }, 3600),
  userKeysMaxStaleSeconds: setting('APPROOV_USER_KEYS_MAX_STALE_SECONDS', { from: 0, to: week }, 7200),
};

/** Name of a setting, as `createAuthorizer` takes it. */
export type SettingName = keyof typeof settings;

/**
 * The settings as given: text by name, undefined when unset.
 *
 * @internal
 */
export type RawSettings = Readonly<Partial<Record<SettingName, string | undefined>>>;

/**
 * The settings as read.
 *
 * @internal
 */
export type Values = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends Setting<infer R, infer Default>
    ? rules.ValueOf<R> | Default
    : never;
};

/**
 * The whole configuration, checked: every setting by its name, with the defaults filled in and what follows from other
 * settings. Undefined: unset. Times in seconds.
 *
 * @internal
 */
export interface Config
  extends Omit<Values, 'binding' | 'bindingHeaders' | 'userIssuer' | 'userAudience' | 'userJwksUri'> {
  readonly binding: NonNullable<Values['binding']>;
  /** In the order in which their values are hashed; may be empty. */
  readonly bindingHeaders: readonly string[];
  /** Empty when users are not checked. */
  readonly userIssuer: readonly string[];
  /** Empty when users are not checked. */
  readonly userAudience: readonly string[];
  /** One for each issuer. */
  readonly userJwksUri: readonly string[];
}

/** One setting. */
export interface Setting<R extends rules.Rule = rules.Rule, Default = unknown> {
  readonly variable: string;
  readonly rule: R;
  readonly defaultValue: Default;
}

function setting<const R extends rules.Rule>(variable: string, rule: R): Setting<R, undefined>;
function setting<const R extends rules.Rule>(
  variable: string,
  rule: R,
  defaultValue: NoInfer<rules.ValueOf<R>>,
): Setting<R, rules.ValueOf<R>>;
function setting(variable: string, rule: rules.Rule, defaultValue?: unknown): Setting {
  return { variable, rule, defaultValue };
}
