import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { connectionTimeout, requestTimeout } from './secretsManagerSource.ts';

/** Makes the client that the secret cache wants: it fails soon, and leaves it to the cache when to try again. */
export function createSecretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient({
    maxAttempts: 1,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout,
      requestTimeout,
      throwOnRequestTimeout: true,
      // Calls are minutes apart: a kept connection would be dead by then, and fail the call that a rotation waits for.
      httpsAgent: { keepAlive: false },
      httpAgent: { keepAlive: false },
    },
  });
}
