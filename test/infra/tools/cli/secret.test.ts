import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { command } from '../../support/command.ts';

const secret = Buffer.alloc(64, 5).toString('base64');
const urlSecret = Buffer.alloc(64, 0xfb).toString('base64url');
const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const tokenSecret = 'approov-apigateway-dev/token-secret';

suite('npm run secret', () => {
  let secretsManager: SecretsManager;
  const put = (args: string[], input = `${secret}\n`) =>
    command('infra/tools/cli/secret.ts', args, input, {
      ...credentials,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
    });
  const stored = async (SecretId: string) => {
    const client = new SecretsManagerClient({
      endpoint: secretsManager.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
    client.destroy();
    return SecretString;
  };
  before(async () => {
    secretsManager = await startSecretsManager();
  });
  beforeEach(() => {
    secretsManager.fault = undefined;
    secretsManager.putSecret(tokenSecret);
    secretsManager.putSecret('approov-apigateway-prod/account-message-signing-key');
  });
  after(() => secretsManager.close());

  const good: { case: string; args: string[]; input?: string; id: string; value: string }[] = [
    { case: 'the token secret of dev', args: [], id: tokenSecret, value: secret },
    {
      case: 'the account key of a stage',
      args: ['--account-key', '--stage', 'prod'],
      id: 'approov-apigateway-prod/account-message-signing-key',
      value: secret,
    },
    {
      case: 'a secret given by name, as JSON',
      args: ['--secret-id', tokenSecret, '--json-key', 'approov'],
      id: tokenSecret,
      value: `{"approov":"${secret}"}`,
    },
    {
      case: 'a secret in a banner',
      args: [],
      input: `note: this secret must be kept safe\r\n----------\r\nApproov\r\n${secret}\r\nDone\r\n\r\n`,
      id: tokenSecret,
      value: secret,
    },
    {
      case: 'an unpadded secret in a banner',
      args: [],
      input: `\nbase64url secret:\n\n  ${urlSecret}\n----\nWARNING: never share it\n`,
      id: tokenSecret,
      value: urlSecret,
    },
  ];
  for (const { case: title, args, input, id, value } of good) {
    test(`puts ${title} and does not print it`, async () => {
      const { code, stdout, stderr } = await put(args, input);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      assert.match(stdout, new RegExp(`^put into ${id} as version [0-9a-f-]{36}\n$`));
      assert.equal(await stored(id), value);
    });
  }

  const bad: { case: string; args: string[]; input?: string; stderr: RegExp }[] = [
    {
      case: 'a secret on the command line',
      args: ['--secret', secret],
      stderr: /^--secret: a secret on the command/,
    },
    { case: 'no secret', args: [], input: ' \n', stderr: /the value is empty/ },
    { case: 'junk', args: [], input: 'not base64!', stderr: /neither base64 nor base64url/ },
    { case: 'a short secret', args: [], input: 'c2hvcnQ=', stderr: /shorter than 32 bytes/ },
    {
      case: 'a banner without a secret',
      args: [],
      input: 'error: no admin role\nrun: approov role admin\n',
      stderr: /^secret from standard input: none of the lines is a base64 secret/,
    },
    {
      case: 'a short secret in a banner',
      args: [],
      input: 'note: a secret\nc2hvcnQ=\n',
      stderr: /shorter than 32 bytes/,
    },
    {
      case: 'a truncated secret in a banner',
      args: [],
      input: `note: a secret\n${secret.slice(0, -1)}\n`,
      stderr: /the base64 padding is wrong: the value may be cut short/,
    },
    {
      case: 'two secrets',
      args: [],
      input: `${secret}\nand\n${urlSecret}\n`,
      stderr: /more than one line is a base64 secret: give one/,
    },
    ...[48, 64, 70, 76].map((width) => ({
      case: `a secret broken into lines of ${width}`,
      args: [],
      input: secret.replace(new RegExp(`.{${width}}`, 'g'), '$&\n'),
      stderr: /the secret may be broken into lines|none of the lines is a base64 secret/,
    })),
    {
      case: 'an unpadded secret of which only the second line decodes',
      args: [],
      input: Buffer.alloc(127, 0x55)
        .toString('base64url')
        .replace(/^.{90}/, '$&\n'),
      stderr: /the secret may be broken into lines/,
    },
    {
      case: 'a secret that does not exist',
      args: ['--stage', 'none'],
      stderr: /^cannot put approov-apigateway-none\/token-secret: ResourceNotFoundException: /,
    },
    {
      case: 'two names of the secret',
      args: ['--stage', 'a', '--secret-id', 'b'],
      stderr: /^--stage and --secret-id exclude/,
    },
    { case: 'an unknown option', args: ['--stages', 'a'], stderr: /Unknown option '--stages'/ },
  ];
  for (const { case: title, args, input, stderr } of bad) {
    test(`${title}: an error message, exit code 2, and nothing is stored`, async () => {
      const result = await put(args, input);
      assert.equal(result.code, 2);
      assert.match(result.stderr, stderr);
      assert.ok(!`${result.stdout}${result.stderr}`.includes(secret));
      await assert.rejects(stored(tokenSecret), { name: 'ResourceNotFoundException' });
    });
  }

  test('an error of AWS is shown with its name', async () => {
    secretsManager.fault = { kind: 'AccessDeniedException' };
    const { code, stderr } = await put([]);
    assert.equal(code, 2);
    assert.match(stderr, /^cannot put .*: AccessDeniedException: User: /);
  });
});
