import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecretsManagerClient } from '../aws/client.ts';
import { type GetSecretValue, secretsManagerSource } from '../aws/secretsManagerSource.ts';
import { ConfigurationError } from '../errors.ts';
import type { Platform } from '../start.ts';
import { ownProperties } from './options.ts';

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
 * The platform that the caller's tools make, with this project's own in place of those left out.
 *
 * @throws ConfigurationError a tool is not what its type says
 *
 * @internal
 */
export function platformOf(tools: AuthorizerTools): Platform {
  const { client = createSecretsManagerClient(), write = (line) => process.stdout.write(line) } =
    checkedTools(tools);
  const getSecretValue: GetSecretValue = (input, callOptions) =>
    client.send(new GetSecretValueCommand(input), callOptions);
  return { sourceOf: (secretId) => secretsManagerSource(getSecretValue, secretId), write };
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
