import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { assembleAuthorizer } from '../assembleAuthorizer.ts';
import { readEnvironment } from '../config/readEnvironment.ts';
import { connectionTimeout, requestTimeout, secretsManagerSource } from '../secret/secretsManagerSource.ts';

const { config, warnings } = readEnvironment(process.env);

const client = new SecretsManagerClient({
  // When to try again is the secret cache's decision.
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout,
    requestTimeout,
    throwOnRequestTimeout: true,
    // Calls are minutes apart: a kept connection would be dead by then, and fail the call that a rotation waits for.
    httpsAgent: { keepAlive: false },
    httpAgent: { keepAlive: false },
  },
});

const authorizer = assembleAuthorizer(config, warnings, {
  sourceOf: (secretId) => secretsManagerSource(client, secretId),
  write: (line) => process.stdout.write(line),
});

/** The Lambda function: answers API Gateway's REQUEST authorizer events, set up by environment variables. */
export const handler = async (event: unknown) => authorizer(event);
