import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, suite, test } from 'node:test';
import {
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../../../../infra/tools/standIns/secretsManager/secretsManager.ts';
import type { Fault } from '../../../../../infra/tools/standIns/secretsManager/secretsProtocol.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

suite('Secrets Manager stand-in with the AWS SDK', () => {
  let secretsManager: SecretsManager;
  let client: SecretsManagerClient;
  const get = (input: Partial<GetSecretValueCommandInput> = {}) =>
    client.send(new GetSecretValueCommand({ SecretId: 'approov', ...input }));

  beforeEach(async () => {
    secretsManager = await startSecretsManager({ clock: () => now });
    client = new SecretsManagerClient({
      endpoint: secretsManager.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 500, requestTimeout: 300, throwOnRequestTimeout: true },
    });
  });

  afterEach(async () => {
    client.destroy();
    await secretsManager.close();
  });

  test('returns a string secret with its name, ARN, version, labels and date', async () => {
    const arn = secretsManager.putSecret('approov', { string: 'one' });
    const { $metadata, VersionId, ...answer } = await get();
    assert.match(VersionId ?? '', /^[0-9a-f-]{36}$/);
    assert.equal($metadata.httpStatusCode, 200);
    assert.match($metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
    assert.deepEqual(answer, {
      ARN: arn,
      CreatedDate: new Date(now),
      Name: 'approov',
      SecretString: 'one',
      VersionStages: ['AWSCURRENT'],
    });
  });

  test('returns a binary secret byte for byte', async () => {
    const binary = Uint8Array.from({ length: 256 }, (_, index) => index);
    secretsManager.putSecret('approov', { binary });
    const answer = await get();
    assert.equal(answer.SecretString, undefined);
    assert.deepEqual(answer.SecretBinary, binary);
  });

  test('finds a secret by name, by ARN and by ARN without its suffix', async () => {
    const arn = secretsManager.putSecret('team/approov', { string: 'one' });
    for (const SecretId of ['team/approov', arn, arn.slice(0, -'-123456'.length)]) {
      assert.equal((await get({ SecretId })).SecretString, 'one', SecretId);
    }
  });

  test('moves the labels when versions are added', async () => {
    secretsManager.putSecret('approov', { string: 'one' }, { createdDate: new Date(now - 60_000) });
    secretsManager.rotate('approov', { string: 'two' });
    const at = async (VersionStage: string) => {
      const { SecretString, CreatedDate } = await get({ VersionStage });
      return [SecretString, CreatedDate?.getTime()];
    };
    assert.deepEqual(await at('AWSCURRENT'), ['two', now]);
    assert.deepEqual(await at('AWSPREVIOUS'), ['one', now - 60_000]);
    secretsManager.rotate('approov', { string: 'three' });
    assert.deepEqual(await at('AWSCURRENT'), ['three', now]);
    assert.deepEqual(await at('AWSPREVIOUS'), ['two', now]);
  });

  test('the SDK fills an empty secret with PutSecretValue', async () => {
    secretsManager.putSecret('approov');
    await assert.rejects(get(), {
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    const put = (SecretString: string, ClientRequestToken: string) =>
      client.send(new PutSecretValueCommand({ SecretId: 'approov', SecretString, ClientRequestToken }));
    const [one, two] = ['1'.repeat(32), '2'.repeat(32)];
    await put('one', one);
    await put('two', two);
    assert.equal((await get()).VersionId, two);
    assert.equal((await get({ VersionStage: 'AWSPREVIOUS' })).VersionId, one);
  });

  const SecretId = 'approov';
  const both = { SecretId, SecretString: 'x', SecretBinary: Buffer.from('x') };
  const getNothing = () => client.send(new GetSecretValueCommand({ SecretId: undefined }));
  const putNothing = () => client.send(new PutSecretValueCommand({ SecretId }));
  const putBoth = () => client.send(new PutSecretValueCommand(both));
  const errors: [title: string, ask: () => Promise<unknown>, name: string][] = [
    ['an unknown secret', () => get({ SecretId: 'other' }), 'ResourceNotFoundException'],
    ['a label that no version has', () => get({ VersionStage: 'AWSPREVIOUS' }), 'ResourceNotFoundException'],
    ['no secret id', getNothing, 'ValidationException'],
    ['a version without a value', putNothing, 'InvalidRequestException'],
    ['string and binary at once', putBoth, 'InvalidParameterException'],
  ];
  for (const [title, ask, name] of errors) {
    test(`answers ${title} with ${name}`, async () => {
      secretsManager.putSecret('approov', { string: 'one' });
      await assert.rejects(ask(), { name, $fault: 'client' });
    });
  }

  const faults: { fault: Fault; expected: object }[] = [
    { fault: { kind: 'AccessDeniedException' }, expected: { name: 'AccessDeniedException' } },
    { fault: { kind: 'ResourceNotFoundException' }, expected: { name: 'ResourceNotFoundException' } },
    { fault: { kind: 'DecryptionFailure' }, expected: { name: 'DecryptionFailure' } },
    { fault: { kind: 'ThrottlingException' }, expected: { name: 'ThrottlingException' } },
    { fault: { kind: 'InternalServiceError' }, expected: { name: 'InternalServiceError' } },
    { fault: { kind: 'slow', ms: 600 }, expected: { name: 'TimeoutError' } },
    { fault: { kind: 'hang' }, expected: { name: 'TimeoutError' } },
    { fault: { kind: 'reset' }, expected: { code: 'ECONNRESET' } },
    { fault: { kind: 'truncated' }, expected: { code: 'ECONNRESET' } },
    { fault: { kind: 'not-json' }, expected: { name: 'SyntaxError' } },
  ];
  for (const { fault, expected } of faults) {
    test(`injects ${fault.kind}, then answers again`, async () => {
      secretsManager.putSecret('approov', { string: 'one' });
      secretsManager.fault = { ...fault, times: 1 };
      await assert.rejects(get(), expected);
      assert.equal((await get()).SecretString, 'one');
      assert.equal(secretsManager.calls.length, 2);
    });
  }

  test('a fault for one label does not affect the others, and ends when it is removed', async () => {
    secretsManager.putSecret('approov', { string: 'one' });
    secretsManager.rotate('approov', { string: 'two' });
    secretsManager.fault = { kind: 'ThrottlingException', versionStage: 'AWSPREVIOUS' };
    assert.equal((await get()).SecretString, 'two');
    await assert.rejects(get({ VersionStage: 'AWSPREVIOUS' }), { name: 'ThrottlingException' });
    secretsManager.fault = undefined;
    assert.equal((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString, 'one');
    assert.deepEqual(
      secretsManager.calls.map(({ operation, secretId, versionStage, at }) => [
        operation,
        secretId,
        versionStage,
        at,
      ]),
      [
        ['GetSecretValue', 'approov', 'AWSCURRENT', now],
        ['GetSecretValue', 'approov', 'AWSPREVIOUS', now],
        ['GetSecretValue', 'approov', 'AWSPREVIOUS', now],
      ],
    );
  });
});

suite('Secrets Manager stand-in without the AWS SDK', () => {
  const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=local' };
  const cases: [title: string, headers: Record<string, string>, body: string, type: string][] = [
    ['unsigned', {}, '{}', 'MissingAuthenticationTokenException'],
    ['no target', signed, '{}', 'UnknownOperationException'],
    [
      'an unknown operation',
      { ...signed, 'x-amz-target': 'secretsmanager.toString' },
      '{}',
      'UnknownOperationException',
    ],
    [
      'a body that is not JSON',
      { ...signed, 'x-amz-target': 'secretsmanager.GetSecretValue' },
      'SecretId=approov',
      'SerializationException',
    ],
  ];
  for (const [title, headers, body, type] of cases) {
    test(`${title}: 400 ${type} in the protocol's media type`, async () => {
      const secretsManager = await startSecretsManager();
      const response = await fetch(secretsManager.endpoint, { method: 'POST', headers, body });
      assert.equal(response.status, 400);
      assert.equal(response.headers.get('content-type'), 'application/x-amz-json-1.1');
      assert.equal(((await response.json()) as { __type: string }).__type, type);
      await secretsManager.close();
    });
  }

  test('a name that a web page may have rebound is refused, every address and localhost answered', async () => {
    const secretsManager = await startSecretsManager();
    const { hostname, port } = new URL(secretsManager.endpoint);
    const statusFor = async (name: string) => {
      const sent = request({
        hostname,
        port,
        method: 'POST',
        headers: { ...signed, Host: `${name}:${port}` },
      });
      sent.end('{}');
      const [response] = await once(sent, 'response');
      response.resume();
      return response.statusCode;
    };
    for (const name of [
      'attacker.example',
      '127.0.0.1.attacker.example',
      'localhost.attacker.example',
      'a127.0.0.1',
    ]) {
      assert.equal(await statusFor(name), 403, name);
    }
    for (const name of ['127.0.0.1', '[::1]', '172.17.0.1', 'localhost', 'host.docker.internal']) {
      assert.equal(await statusFor(name), 400, name);
    }
    await secretsManager.close();
  });

  test('a taken port is an error of the system', async () => {
    const first = await startSecretsManager();
    const port = Number(new URL(first.endpoint).port);
    await assert.rejects(startSecretsManager({ port }), { code: 'EADDRINUSE' });
    await first.close();
  });
});
