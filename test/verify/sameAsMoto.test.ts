import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { motoInSuite } from './motoServer.ts';

type Ask = (client: SecretsManagerClient) => Promise<unknown>;

const get =
  (SecretId: string, more: object = {}) =>
  (client: SecretsManagerClient) =>
    client.send(new GetSecretValueCommand({ SecretId, ...more }));
const bytes = Uint8Array.from({ length: 64 }, (_, index) => index);

const put = (SecretId: string, SecretString: string) => (client: SecretsManagerClient) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString }));

/** Requests in order. Both must give the same answer to each. */
const requests: readonly (readonly [name: string, ask: Ask])[] = [
  ['a secret that is not there', get('not-there')],
  ['fill one that is not there', put('not-there', 'one')],
  ['get an empty secret', get('empty')],
  ['get a string secret', get('text')],
  ['get it by a label it has', get('text', { VersionStage: 'AWSCURRENT' })],
  ['get it by a label it does not have', get('text', { VersionStage: 'AWSPREVIOUS' })],
  ['rotate it', put('text', 'two')],
  ['get the current one', get('text')],
  ['get the previous one', get('text', { VersionStage: 'AWSPREVIOUS' })],
  ['rotate it again', put('text', 'three')],
  ['get the previous one then', get('text', { VersionStage: 'AWSPREVIOUS' })],
  ['get a binary secret as bytes', get('bytes')],
];

/** The AWS SDK sends the same requests to both, so that the stand-in keeps to the protocol. */
suite('the Secrets Manager stand-in answers as moto does', () => {
  const moto = motoInSuite();
  let standIn: SecretsManager;
  let clients: readonly SecretsManagerClient[];

  before(async () => {
    standIn = await startSecretsManager();
    clients = [standIn.endpoint, moto().endpoint].map(
      (endpoint) =>
        new SecretsManagerClient({
          endpoint,
          region: 'eu-west-1',
          credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
          maxAttempts: 1,
        }),
    );
    standIn.putSecret('empty');
    standIn.putSecret('text', { string: 'one' });
    standIn.putSecret('bytes', { binary: bytes });
    const [, inMoto] = clients as [SecretsManagerClient, SecretsManagerClient];
    await inMoto.send(new CreateSecretCommand({ Name: 'empty' }));
    await inMoto.send(new CreateSecretCommand({ Name: 'text', SecretString: 'one' }));
    await inMoto.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary: bytes }));
  });

  after(async () => {
    for (const client of clients) {
      client.destroy();
    }
    await standIn.close();
  });

  for (const [name, ask] of requests) {
    test(name, async () => {
      const [ours, theirs] = await Promise.all(clients.map((client) => essenceOf(ask(client))));
      assert.deepEqual(ours, theirs, `${name}: the stand-in (first) and moto answer differently`);
    });
  }
});

/**
 * What must be the same: the fields and their values, or the error's name. Ids and dates differ, but their form does
 * not.
 */
async function essenceOf(answer: Promise<unknown>): Promise<unknown> {
  try {
    const { $metadata, ...fields } = (await answer) as { $metadata: { httpStatusCode?: number } };
    return { status: $metadata.httpStatusCode, ...Object.fromEntries(Object.entries(fields).map(formOf)) };
  } catch (error) {
    // Without the status: AWS documents 400 for every client error, and moto answers some with 404.
    return { error: (error as Error).name };
  }
}

function formOf([name, value]: [string, unknown]): [string, unknown] {
  if (name === 'ARN') {
    return [
      name,
      String(value)
        .replace(/:[0-9]{12}:/, ':account:')
        .replace(/-[A-Za-z0-9]{6}$/, '-suffix'),
    ];
  }
  if (name === 'VersionId') {
    return [name, /^[0-9a-f-]{36}$/.test(String(value))];
  }
  return [name, value instanceof Date ? 'a date' : value];
}
