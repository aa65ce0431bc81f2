import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { requestHandlerOptions } from './requestHandlerOptions.ts';

/** Makes the client that the secret cache wants: it fails soon, and leaves it to the cache when to try again. */
export function createSecretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient({
    maxAttempts: 1,
    retryMode: 'standard',
    requestHandler: requestHandlerOptions,
  });
}
