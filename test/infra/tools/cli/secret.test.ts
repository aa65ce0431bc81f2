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

  const good: [title: string, args: string[], id: string, value: string, input?: string | undefined][] = [
    ['the token secret of dev', [], tokenSecret, secret],
    [
      'the account key of a stage',
      ['--account-key', '--stage', 'prod'],
      'approov-apigateway-prod/account-message-signing-key',
      secret,
    ],
    [
      'a secret given by name, as JSON',
      ['--secret-id', tokenSecret, '--json-key', 'approov'],
      tokenSecret,
      `{"approov":"${secret}"}`,
    ],
    [
      'a secret in a banner',
      [],
      tokenSecret,
      secret,
      `note: this secret must be kept safe\r\n----------\r\nApproov\r\n${secret}\r\nDone\r\n\r\n`,
    ],
    [
      'an unpadded secret in a banner',
      [],
      tokenSecret,
      urlSecret,
      `\nbase64url secret:\n\n  ${urlSecret}\n----\nWARNING: never share it\n`,
    ],
  ];
  for (const [title, args, id, value, input] of good) {
    test(`puts ${title} and does not print it`, async () => {
      const { code, stdout, stderr } = await put(args, input);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      assert.match(stdout, new RegExp(`^put into ${id} as version [0-9a-f-]{36}\n$`));
      assert.equal(await stored(id), value);
    });
  }

  const bad: [title: string, args: string[], stderr: RegExp, input?: string | undefined][] = [
    ['a secret on the command line', ['--secret', secret], /^--secret: a secret on the command/],
    ['no secret', [], /the value is empty/, ' \n'],
    ['junk', [], /neither base64 nor base64url/, 'not base64!'],
    ['a short secret', [], /shorter than 32 bytes/, 'c2hvcnQ='],
    [
      'a banner without a secret',
      [],
      /^secret from standard input: none of the lines is a base64 secret/,
      'error: no admin role\nrun: approov role admin\n',
    ],
    ['a short secret in a banner', [], /shorter than 32 bytes/, 'note: a secret\nc2hvcnQ=\n'],
    [
      'a truncated secret in a banner',
      [],
      /the base64 padding is wrong: the value may be cut short/,
      `note: a secret\n${secret.slice(0, -1)}\n`,
    ],
    ['two secrets', [], /more than one line is a base64 secret: give one/, `${secret}\nand\n${urlSecret}\n`],
    ...[48, 64, 70, 76].map((width): (typeof bad)[0] => [
      `a secret broken into lines of ${width}`,
      [],
      /the secret may be broken into lines|none of the lines is a base64 secret/,
      secret.replace(new RegExp(`.{${width}}`, 'g'), '$&\n'),
    ]),
    [
      'an unpadded secret of which only the second line decodes',
      [],
      /the secret may be broken into lines/,
      Buffer.alloc(127, 0x55)
        .toString('base64url')
        .replace(/^.{90}/, '$&\n'),
    ],
    [
      'a secret that does not exist',
      ['--stage', 'none'],
      /^cannot put approov-apigateway-none\/token-secret: ResourceNotFoundException: /,
    ],
    ['two names of the secret', ['--stage', 'a', '--secret-id', 'b'], /^--stage and --secret-id exclude/],
    ['an unknown option', ['--stages', 'a'], /Unknown option '--stages'/],
  ];
  for (const [title, args, stderr, input] of bad) {
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
