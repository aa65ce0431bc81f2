import { assembleAuthorizer } from '../assembleAuthorizer.ts';
import { readEnvironment } from '../config/readEnvironment.ts';
import { createSecretsManagerClient } from '../secret/createSecretsManagerClient.ts';
import { secretsManagerSource } from '../secret/secretsManagerSource.ts';

const { config, warnings } = readEnvironment(process.env);
const client = createSecretsManagerClient();
const authorizer = assembleAuthorizer(config, warnings, {
  sourceOf: (secretId) => secretsManagerSource(client, secretId),
  write: (line) => process.stdout.write(line),
});

/** The Lambda function: answers API Gateway's REQUEST authorizer events, set up by environment variables. */
export const handler = async (event: unknown) => authorizer(event);
