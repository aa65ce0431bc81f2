import { Readable } from 'node:stream';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { limitedBody, requestHandlerOptions } from './transport.ts';

/**
 * Makes the client that the secret cache needs: it fails soon, and the cache decides when to try again.
 *
 * @param requestHandler the SDK's own handler, or a test's
 */
export function createSecretsManagerClient(
  requestHandler: SecretsManagerClientConfig['requestHandler'] = requestHandlerOptions,
): SecretsManagerClient {
  const client = new SecretsManagerClient({ maxAttempts: 1, retryMode: 'standard', requestHandler });
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { body: AsyncIterable<Uint8Array> };
      response.body = Readable.from(limitedBody(response.body));
      return result;
    },
    // Next to the HTTP handler: whatever reads the body comes after it.
    { step: 'deserialize', priority: 'low', name: 'limitedBody' },
  );
  return client;
}
