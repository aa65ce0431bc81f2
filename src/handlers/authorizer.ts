import { createGetSecretValue } from '../aws/getSecretValue.ts';
import { secretsManagerSource } from '../aws/secretsManagerSource.ts';
import type { ReadConfig } from '../config/readConfig.ts';
import { readEnvironment } from '../config/readEnvironment.ts';
import { createLog } from '../log.ts';
import { startAuthorizer } from '../start.ts';

const write = (line: string) => process.stdout.write(line);
const { config, warnings } = readConfiguration();
const getSecretValue = createGetSecretValue();
const authorizer = startAuthorizer(config, warnings, {
  sourceOf: (secretId) => secretsManagerSource(getSecretValue, secretId),
  write,
});

/** The Lambda function. It answers API Gateway's REQUEST authorizer events, as environment variables configure it. */
export const handler = async (event: unknown) => authorizer(event);

/** A wrong configuration fails the start, so every request fails until it is corrected. */
function readConfiguration(): ReadConfig {
  try {
    return readEnvironment(process.env);
  } catch (error) {
    createLog('error', write, Date.now)({ level: 'error', message: (error as Error).message });
    throw error;
  }
}
