// Made by `npm run templates` from the tables of infra/stack. Change it there.
import type { Duration } from 'aws-cdk-lib';

/** Whether a token must be bound. */
export enum Binding {
  /** `off` */
  OFF = 'off',
  /** `if-present` */
  IF_PRESENT = 'if-present',
  /** `required` */
  REQUIRED = 'required',
}

/** report-only lets every request through and logs what would have been refused. */
export enum Mode {
  /** `enforce` */
  ENFORCE = 'enforce',
  /** `report-only` */
  REPORT_ONLY = 'report-only',
}

/** Answer to a refusal: a Deny, or a thrown Unauthorized. */
export enum Denial {
  /** `unauthorized` */
  UNAUTHORIZED = 'unauthorized',
  /** `policy` */
  POLICY = 'policy',
}

/** What a policy covers. method needs authorizerTtl=0. */
export enum ResourceScope {
  /** `stage` */
  STAGE = 'stage',
  /** `method` */
  METHOD = 'method',
}

/** Answer to an HTTP API with payload version 2.0. */
export enum HttpApiResponse {
  /** `policy` */
  POLICY = 'policy',
  /** `simple` */
  SIMPLE = 'simple',
}

/** Least level that is logged. Metrics and alarms need info. */
export enum LogLevel {
  /** `debug` */
  DEBUG = 'debug',
  /** `info` */
  INFO = 'info',
  /** `warn` */
  WARN = 'warn',
  /** `error` */
  ERROR = 'error',
  /** `silent` */
  SILENT = 'silent',
}

/** Message signature that must verify. */
export enum MessageSigning {
  /** `off` */
  OFF = 'off',
  /** `install` */
  INSTALL = 'install',
  /** `account` */
  ACCOUNT = 'account',
  /** `any` */
  ANY = 'any',
}

/** report-only lets a request with a bad message signature through, and logs it. */
export enum MessageSigningMode {
  /** `enforce` */
  ENFORCE = 'enforce',
  /** `report-only` */
  REPORT_ONLY = 'report-only',
}

/** A token without a message signing key. */
export enum MessageSigningWithoutKey {
  /** `refuse` */
  REFUSE = 'refuse',
  /** `allow` */
  ALLOW = 'allow',
}

/** jwt: the user's token is checked too. The other user parameters are for that. */
export enum UserAuth {
  /** `off` */
  OFF = 'off',
  /** `jwt` */
  JWT = 'jwt',
}

/** What token_use must equal. */
export enum UserTokenUse {
  /** `access` */
  ACCESS = 'access',
  /** `id` */
  ID = 'id',
}

/** The settings of the authorizer, as in its README, and the numbers of the stack around it. */
export interface ApproovAuthorizerOptions {
  /**
   * JSON key of the base64 secret, if the secret's value is a JSON object.
   * It must be text of 1 to 1024 characters without control characters.
   *
   * @default - unset
   */
  readonly secretJsonKey?: string;

  /**
   * Age at which a cached secret is fetched again.
   * It must be a whole number of seconds from 0 to 86400.
   *
   * @default Duration.seconds(300)
   */
  readonly secretTtl?: Duration;

  /**
   * Age up to which the last good secret serves while fetching fails.
   * It must be a whole number of seconds from 0 to 604800.
   *
   * @default Duration.seconds(3600)
   */
  readonly secretMaxStale?: Duration;

  /**
   * Time after a rotation in which the previous secret verifies too. 0: never.
   * It must be a whole number of seconds from 0 to 604800.
   *
   * @default Duration.seconds(900)
   */
  readonly previousSecretGrace?: Duration;

  /**
   * Algorithms that tokens may be signed with. All but HS256 need a keyset.
   * Each is one of HS256, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA.
   *
   * @default ['HS256']
   */
  readonly algorithms?: string[];

  /**
   * https URL of the keyset.
   * It must be an https URL of at most 2048 characters, without user and fragment.
   *
   * @default - unset
   */
  readonly keysetJwksUri?: string;

  /**
   * The keyset itself: a JWK Set, or one PEM public key.
   * It must be a JWK Set with a public signature key that has a kid, or one PEM public key.
   *
   * @default - unset
   */
  readonly keysetJwks?: string;

  /**
   * Age at which a cached keyset is fetched again.
   * It must be a whole number of seconds from 0 to 86400.
   *
   * @default Duration.seconds(3600)
   */
  readonly keysetTtl?: Duration;

  /**
   * Age up to which the last good keyset serves while fetching fails.
   * It must be a whole number of seconds from 0 to 604800.
   *
   * @default Duration.seconds(86400)
   */
  readonly keysetMaxStale?: Duration;

  /**
   * Header that carries the token.
   * It must be a header name of letters, digits, ., _ and -, because it is an identity source.
   *
   * @default 'Approov-Token'
   */
  readonly tokenHeader?: string;

  /**
   * Word before the token in that header, such as Bearer.
   * It must be one word such as Bearer, without comma.
   *
   * @default - unset
   */
  readonly tokenPrefix?: string;

  /**
   * Query parameter with the token of a WebSocket handshake without that header.
   * It must be the name of a query parameter: letters, digits, . _ ~ -.
   *
   * @default - unset
   */
  readonly tokenQueryParameter?: string;

  /**
   * Headers that the token is bound to, in order.
   * Each is a header name.
   *
   * @default - unset
   */
  readonly bindingHeaders?: string[];

  /**
   * Whether a token must be bound.
   *
   * @default - required with binding headers, else off
   */
  readonly binding?: Binding;

  /**
   * What iss must equal.
   * It must be text of 1 to 1024 characters without control characters.
   *
   * @default - unset
   */
  readonly issuer?: string;

  /**
   * What aud must equal or contain.
   * Each is text of 1 to 1024 characters without control characters.
   *
   * @default - unset
   */
  readonly audience?: string[];

  /**
   * Difference of clocks that is tolerated.
   * It must be a whole number of seconds from 0 to 60.
   *
   * @default Duration.seconds(0)
   */
  readonly clockTolerance?: Duration;

  /**
   * report-only lets every request through and logs what would have been refused.
   *
   * @default Mode.ENFORCE
   */
  readonly mode?: Mode;

  /**
   * Answer to a refusal: a Deny, or a thrown Unauthorized.
   *
   * @default Denial.POLICY
   */
  readonly denial?: Denial;

  /**
   * on: the Deny of a token whose signature does not verify shows its Attestation Response Code.
   *
   * @default false
   */
  readonly denialArc?: boolean;

  /**
   * What a policy covers. method needs authorizerTtl=0.
   *
   * @default ResourceScope.STAGE
   */
  readonly resourceScope?: ResourceScope;

  /**
   * Answer to an HTTP API with payload version 2.0.
   *
   * @default HttpApiResponse.POLICY
   */
  readonly httpApiResponse?: HttpApiResponse;

  /**
   * Claims that the backend gets.
   * Each is a claim name of at most 128 printable ASCII characters, without comma.
   *
   * @default ['exp', 'iss', 'aud', 'sub', 'did', 'ip', 'arc', 'anno']
   */
  readonly contextClaims?: string[];

  /**
   * Least level that is logged. Metrics and alarms need info.
   *
   * @default LogLevel.INFO
   */
  readonly logLevel?: LogLevel;

  /**
   * Message signature that must verify.
   *
   * @default MessageSigning.OFF
   */
  readonly messageSigning?: MessageSigning;

  /**
   * report-only lets a request with a bad message signature through, and logs it.
   *
   * @default MessageSigningMode.ENFORCE
   */
  readonly messageSigningMode?: MessageSigningMode;

  /**
   * A token without a message signing key.
   *
   * @default MessageSigningWithoutKey.REFUSE
   */
  readonly messageSigningWithoutKey?: MessageSigningWithoutKey;

  /**
   * Components that a signature must cover.
   * Each is a header name or one of @method, @target-uri, @authority, @scheme, @request-target, @path, @query.
   *
   * @default ['@method', '@target-uri', 'approov-token']
   */
  readonly signatureComponents?: string[];

  /**
   * Age of a signature that is still accepted.
   * It must be a whole number of seconds from 1 to 3600.
   *
   * @default Duration.seconds(60)
   */
  readonly signatureMaxAge?: Duration;

  /**
   * Scheme and host that clients see, such as https://api.example.com.
   * It must be an origin such as https://api.example.com, without path.
   *
   * @default - https and the domain name of the event
   */
  readonly publicOrigin?: string;

  /**
   * Path prefix that clients see in place of the stage or base path, such as /v1.
   * It must be a path prefix such as /v1 that starts with '/' and does not end with it, or / alone.
   *
   * @default - as the event says
   */
  readonly publicBasePath?: string;

  /**
   * jwt: the user's token is checked too. The other user parameters are for that.
   *
   * @default UserAuth.OFF
   */
  readonly userAuth?: UserAuth;

  /**
   * Issuers of users' tokens, such as the URL of a Cognito user pool.
   * Each is an https URL of at most 2048 characters, without user and fragment.
   *
   * @default - unset
   */
  readonly userIssuer?: string[];

  /**
   * Audiences or app client IDs, one of which must match.
   * Each is text of 1 to 1024 characters without control characters.
   *
   * @default - unset
   */
  readonly userAudience?: string[];

  /**
   * https URLs of the issuers' keys, in their order.
   * Each is an https URL of at most 2048 characters, without user and fragment.
   *
   * @default - those of the Cognito user pools
   */
  readonly userJwksUri?: string[];

  /**
   * Algorithms that users' tokens may be signed with.
   * Each is one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA.
   *
   * @default - RS256
   */
  readonly userAlgorithms?: string[];

  /**
   * What token_use must equal.
   *
   * @default - access for a Cognito user pool
   */
  readonly userTokenUse?: UserTokenUse;

  /**
   * What typ in the header must equal, such as at+jwt.
   * It must be a media type such as at+jwt.
   *
   * @default - unset
   */
  readonly userTokenType?: string;

  /**
   * Scopes, one of which the token must have.
   * Each is a scope of at most 256 printable ASCII characters, without comma.
   *
   * @default - unset
   */
  readonly userScopes?: string[];

  /**
   * Header that carries the user's token. Where it is bound too, name it first in bindingHeaders.
   * It must be a header name of letters, digits, ., _ and -, because it is an identity source.
   *
   * @default - Authorization
   */
  readonly userHeader?: string;

  /**
   * Claims of the user that the backend gets.
   * Each is a claim name of at most 256 printable ASCII characters, without comma.
   *
   * @default - sub,exp,scope,client_id
   */
  readonly userContextClaims?: string[];

  /**
   * Difference of the clocks that is tolerated for users' tokens.
   * It must be a whole number of seconds from 0 to 60.
   *
   * @default - 0
   */
  readonly userClockTolerance?: Duration;

  /**
   * Age at which the issuer's cached keys are fetched again.
   * It must be a whole number of seconds from 0 to 86400.
   *
   * @default - 3600
   */
  readonly userKeysTtl?: Duration;

  /**
   * Age up to which the issuer's last good keys serve while fetching fails.
   * It must be a whole number of seconds from 0 to 604800.
   *
   * @default - 7200
   */
  readonly userKeysMaxStale?: Duration;

  /**
   * Seconds that API Gateway keeps an answer. 0 where answers must not be kept: with message signing, resourceScope=method, binding=if-present or mode=report-only.
   * It must be a whole number of seconds from 0 to 3600.
   *
   * @default Duration.seconds(300)
   */
  readonly authorizerTtl?: Duration;

  /**
   * Headers that are identity sources.
   * Each is a header name of letters, digits, dots, hyphens and underscores.
   *
   * @default - the token header, and each header a token must be bound to
   */
  readonly identitySourceHeaders?: string[];

  /**
   * Memory of the functions. CPU grows with it.
   * It must be a whole number from 128 to 10240.
   *
   * @default 512
   */
  readonly memoryMegabytes?: number;

  /**
   * Concurrency reserved for the authorizer.
   * It must be a whole number from 1 to 999999.
   *
   * @default - it shares the quota of the account
   */
  readonly reservedConcurrency?: number;

  /**
   * Days that log lines are kept.
   * It must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653.
   *
   * @default 30
   */
  readonly logRetentionDays?: number;

  /**
   * Share of refusals over five minutes that raises an alarm.
   * It must be a whole number from 1 to 100.
   *
   * @default 25
   */
  readonly refusalAlarmPercent?: number;
}
