/** This project's own source with the whole client of the AWS SDK. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readEnvironment } from '../../../src/config/readEnvironment.ts';
import { startAuthorizer } from '../../../src/start.ts';

const { config, warnings } = readEnvironment(process.env);
const client = new SecretsManagerClient({});
const authorizer = startAuthorizer(config, warnings, {
  sourceOf: (secretId) => async (stage) => {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }));
    return {
      text: String(answer.SecretString),
      versionId: answer.VersionId,
      createdAt: answer.CreatedDate?.getTime(),
    };
  },
  write: (line) => process.stdout.write(line),
});

export const handler = async (event: unknown) => authorizer(event);
