import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { PolicyResponse, SimpleResponse } from '../answer/respond.ts';
import { createSecretsManagerClient } from '../aws/client.ts';
import { type GetSecretValue, secretsManagerSource } from '../aws/secretsManagerSource.ts';
import { ConfigurationError } from '../errors.ts';
import { type Authorizer, startAuthorizer } from '../start.ts';
import { type AuthorizerOptions, ownProperties, readOptions } from './options.ts';

/**
 * Makes an authorizer with options in place of environment variables, for a Lambda function of your own around it. Make
 * it once, outside the handler: it starts fetching the secret at once and keeps it.
 *
 * @example
 * const authorizer = createAuthorizer({ secretId: 'approov/secret', bindingHeaders: ['Authorization'] });
 * export const handler = async (event) => authorizer(event);
 *
 * @returns answers an authorizer event, as the Lambda function does: throws `Unauthorized` for a refusal, a `Failure`
 *   when it cannot decide
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
export function createAuthorizer(options: AuthorizerOptions, tools?: AuthorizerTools): Authorizer {
  return startAuthorizer(...checked(options, tools));
}

/** What the authorizer works with, for callers who have their own. */
export interface AuthorizerTools {
  /**
   * Secrets Manager client; without it one is made, with a single attempt and short timeouts. To the ES modules of
   * this package, which bring the command to send, give one of version 3.940 or later.
   */
  readonly client?: Pick<SecretsManagerClient, 'send'> | undefined;
  /** Takes one line of the log with its line break. Default: standard output. */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * Checks a caller's options and tools.
 *
 * @returns what `startAuthorizer` and `startParts` take
 * @throws ConfigurationError an option breaks its rule, or a tool is not what its type says
 *
 * @internal
 */
export function checked(
  options: AuthorizerOptions,
  tools: AuthorizerTools = {},
): Parameters<typeof startAuthorizer> {
  const { config, warnings } = readOptions(options);
  const { client = createSecretsManagerClient(), write = (line) => process.stdout.write(line) } =
    checkedTools(tools);
  const getSecretValue: GetSecretValue = (input, callOptions) =>
    client.send(new GetSecretValueCommand(input), callOptions);
  const sourceOf = (secretId: string) => secretsManagerSource(getSecretValue, secretId);
  return [config, warnings, { sourceOf, write }];
}

function checkedTools(tools: AuthorizerTools): AuthorizerTools {
  const { client, write }: AuthorizerTools = ownProperties('tools', tools);
  if (client !== undefined && typeof client?.send !== 'function') {
    throw new ConfigurationError('Invalid configuration: client must be a SecretsManagerClient');
  }
  if (write !== undefined && typeof write !== 'function') {
    throw new ConfigurationError('Invalid configuration: write must be a function');
  }
  return { client, write };
}
