import { Readable } from 'node:stream';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { timeLimits } from '../keys/call.ts';

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

/** Options of the SDK's HTTP handler. A connection fails soon, and the cache decides when to try again. */
export const requestHandlerOptions = {
  connectionTimeout: timeLimits.connection,
  // Calls are minutes apart: a kept connection would be dead by then, and fail the call that a rotation waits for.
  httpsAgent: { keepAlive: false },
  httpAgent: { keepAlive: false },
};

/** The largest answer that is read, in bytes. Secrets Manager's own limit for a secret is 64 KB. */
const largestAnswer = 102_400;

/**
 * Passes the body of an answer on as it arrives, and closes the connection as soon as the body is too large.
 *
 * @throws Error `AnswerTooLarge`
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html}
 */
export async function* limitedBody(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largestAnswer) throw Object.assign(new Error('too large'), { name: 'AnswerTooLarge' });
    yield chunk;
  }
}
