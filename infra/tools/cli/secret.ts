/** `npm run secret`: checks the base64 secret from standard input and puts it into Secrets Manager. */
import { parseArgs } from 'node:util';
import {
  PutSecretValueCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { CommandError, runCommand } from '../command/runCommand.ts';
import { refuseSecretOptions, secretInput } from './secretInput.ts';

const help = `Checks the Approov token secret from standard input and puts it into Secrets Manager. Never prints it.

  approov secret -plain -get base64 | npm run secret -- --stage dev

  --stage STAGE      the secret that 'npm run deploy -- --stage STAGE' created; dev by default
  --secret-id ID     another secret, by name or ARN
  --account-key      the account message signing key instead of the token secret
  --json-key NAME    puts {"NAME": "the secret"}, for the parameter secretJsonKey
  --region REGION    AWS_REGION by default, else eu-west-1 as in serverless.yml
  --secret-file FILE reads a file instead of standard input
  --help             this text

One line of the input must be the secret; other lines, such as a banner, are ignored. The current secret becomes the
previous one (AWSPREVIOUS), which the authorizers still accept for a while.
`;

await runCommand(async (args) => {
  refuseSecretOptions(args, ['secret']);
  const { values } = parseArgs({
    args,
    options: {
      stage: { type: 'string' },
      'secret-id': { type: 'string' },
      'account-key': { type: 'boolean', default: false },
      'json-key': { type: 'string' },
      region: { type: 'string' },
      'secret-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { stage, region } = values;
  if (stage !== undefined && values['secret-id'] !== undefined) {
    throw new CommandError('--stage and --secret-id exclude each other');
  }
  if (values['account-key'] && values['secret-id'] !== undefined) {
    throw new CommandError('--account-key and --secret-id exclude each other');
  }
  const suffix = values['account-key'] ? 'account-message-signing-key' : 'token-secret';
  const secretId = values['secret-id'] ?? `approov-apigateway-${stage ?? 'dev'}/${suffix}`;
  const { text } = await secretInput(values['secret-file'], 'secret');
  const jsonKey = values['json-key'];
  await put(
    new SecretsManagerClient({ region: region ?? process.env.AWS_REGION ?? 'eu-west-1' }),
    secretId,
    jsonKey === undefined ? text : JSON.stringify({ [jsonKey]: text }),
  );
  return 0;
});

async function put(client: SecretsManagerClient, secretId: string, value: string): Promise<void> {
  try {
    const { VersionId } = await client.send(
      new PutSecretValueCommand({ SecretId: secretId, SecretString: value }),
    );
    process.stdout.write(`put into ${secretId} as version ${VersionId}\n`);
  } catch (error) {
    if (error instanceof SecretsManagerServiceException) {
      throw new CommandError(`cannot put ${secretId}: ${error.name}: ${error.message}`);
    }
    throw new CommandError(`cannot put ${secretId}: ${error instanceof Error ? error.message : error}`);
  }
}
