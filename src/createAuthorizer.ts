import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Authorizer, startAuthorizer } from './authorizer.ts';
import { createSecretsManagerClient } from './aws/createSecretsManagerClient.ts';
import { type GetSecretValue, secretsManagerSource } from './aws/secretsManagerSource.ts';
import { nearestName } from './config/nearestName.ts';
import { ConfigurationError, type RawSettings, readConfig } from './config/readConfig.ts';
import { type SettingName, settings } from './config/settings.ts';
import type { LogLevel } from './decision/log.ts';
import type { PolicyResponse, SimpleResponse } from './policy/respond.ts';

/**
 * The settings of an authorizer, each as the environment variable of the same name (`secretTtlSeconds` is
 * `APPROOV_SECRET_TTL_SECONDS`), with the same defaults and rules. Times are in whole seconds.
 */
export interface AuthorizerOptions {
  /** name or ARN of the Secrets Manager secret that holds the base64 secret */
  readonly secretId: string;
  /** the secret's value is a JSON object, and the base64 secret is at this key */
  readonly secretJsonKey?: string | undefined;
  /** a cached secret older than this is fetched again; 300 */
  readonly secretTtlSeconds?: number | undefined;
  /** while fetching fails, the last good secret serves up to this age; 3600 */
  readonly secretMaxStaleSeconds?: number | undefined;
  /** for this long after a rotation the AWSPREVIOUS secret verifies too, 0: never; 900 */
  readonly previousSecretGraceSeconds?: number | undefined;
  /** header that carries the token; `Approov-Token` */
  readonly tokenHeader?: string | undefined;
  /** word before the token, such as `Bearer`, then required */
  readonly tokenPrefix?: string | undefined;
  /** headers that the token is bound to, in order */
  readonly bindingHeaders?: readonly string[] | undefined;
  /** `required` when `bindingHeaders` is set, else `off` */
  readonly binding?: 'off' | 'if-present' | 'required' | undefined;
  /** `iss` must equal it */
  readonly issuer?: string | undefined;
  /** `aud` must equal or contain it */
  readonly audience?: string | undefined;
  /** 0 to 60; 0 */
  readonly clockToleranceSeconds?: number | undefined;
  /** `report-only` lets every request through and logs what would have been refused; `enforce` */
  readonly mode?: 'enforce' | 'report-only' | undefined;
  /** how a refusal is answered: an error `Unauthorized` (401), or a Deny; `unauthorized` */
  readonly denial?: 'unauthorized' | 'policy' | undefined;
  /** what the policy covers; `stage` */
  readonly resourceScope?: 'stage' | 'method' | undefined;
  /** answer to HTTP API payload 2.0; `policy` */
  readonly httpApiResponse?: 'policy' | 'simple' | undefined;
  /** claims handed to the backend; `exp,iss,aud,sub,did,ip,arc,anno` */
  readonly contextClaims?: readonly string[] | undefined;
  /** `info` */
  readonly logLevel?: LogLevel | undefined;
  /** the message signature that must verify; `off` */
  readonly messageSigning?: 'off' | 'install' | 'account' | undefined;
  /** a token without message signing key; `refuse` */
  readonly messageSigningWithoutKey?: 'refuse' | 'allow' | undefined;
  /** Secrets Manager name or ARN of the account message signing key */
  readonly accountKeyId?: string | undefined;
  /** components that a signature must cover; `@method,@target-uri,approov-token` */
  readonly signatureComponents?: readonly string[] | undefined;
  /** age of a signature's `created` that is still accepted, 1 to 3600; 60 */
  readonly signatureMaxAgeSeconds?: number | undefined;
  /** scheme and host that clients see */
  readonly publicOrigin?: string | undefined;
  /** path prefix that clients see in place of the stage */
  readonly publicBasePath?: string | undefined;
}

/** What the authorizer works with, for those who have it already. */
export interface AuthorizerTools {
  /** Secrets Manager client; without it one is made, with a single attempt and short timeouts */
  readonly client?: Pick<SecretsManagerClient, 'send'> | undefined;
  /** takes one line of the log with its line break; standard output */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * Makes an authorizer with options in place of environment variables, for a Lambda function of your own around it. Make it
 * once, outside the handler: it starts fetching the secret at once and keeps it.
 *
 * @example
 * const authorizer = createAuthorizer({ secretId: 'approov/secret', bindingHeaders: ['Authorization'] });
 * export const handler = async (event) => authorizer(event);
 *
 * @returns answers an authorizer event, as the Lambda function does: throws `Unauthorized` for a refusal, a `Failure` when it
 *   cannot decide
 * @throws ConfigurationError one error that names each wrong option and its rule
 */
export function createAuthorizer(
  options: AuthorizerOptions & { readonly httpApiResponse: 'simple' },
  tools?: AuthorizerTools,
): Authorizer<SimpleResponse>;
export function createAuthorizer(
  options: AuthorizerOptions & { readonly httpApiResponse?: 'policy' | undefined },
  tools?: AuthorizerTools,
): Authorizer<PolicyResponse>;
export function createAuthorizer(options: AuthorizerOptions, tools?: AuthorizerTools): Authorizer;
export function createAuthorizer(options: AuthorizerOptions, tools: AuthorizerTools = {}): Authorizer {
  const { config, warnings } = readConfig(rawSettings(options), (name) => name);
  const { client = createSecretsManagerClient(), write = (line) => process.stdout.write(line) } = tools;
  const getSecretValue: GetSecretValue = (input, options) =>
    client.send(new GetSecretValueCommand(input), options);
  return startAuthorizer(config, warnings, {
    sourceOf: (secretId) => secretsManagerSource(getSecretValue, secretId),
    write,
  });
}

/** Options as their environment variables would say them, so that one set of rules holds for both. */
function rawSettings(options: AuthorizerOptions): RawSettings {
  const names = Object.keys(settings) as SettingName[];
  const unknown = Object.keys(options).filter((name) => !names.includes(name as SettingName));
  if (unknown.length > 0) {
    const hints = unknown.map((name) => `unknown option ${name}: did you mean ${nearestName(name, names)}?`);
    throw new ConfigurationError(`Invalid configuration: ${hints.join('; ')}`);
  }
  const given = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, String(options[name])]));
}
