import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  DecryptionFailure,
  type GetSecretValueCommandInput,
  type GetSecretValueCommandOutput,
  ResourceNotFoundException,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { type GetSecretValue, secretsManagerSource } from '../../../src/aws/secretsManagerSource.ts';
import { FetchError } from '../../../src/errors.ts';
import type { VersionStage } from '../../../src/keys/secretCache.ts';

/** A Secrets Manager that answers each call the same way, and keeps what it was asked. */
function callsOf(answer: () => Promise<Partial<GetSecretValueCommandOutput>>) {
  const inputs: GetSecretValueCommandInput[] = [];
  const getSecretValue: GetSecretValue = async (input) => {
    inputs.push(input);
    return { $metadata: {}, ...(await answer()) };
  };
  return { getSecretValue, inputs };
}

const { signal } = new AbortController();
const service = (name: string) =>
  new SecretsManagerServiceException({
    name,
    $fault: 'client',
    $metadata: {},
    message: 'quotes arn:aws:iam::1:role/r',
  });
const named = (fields: object) => Object.assign(new Error('quotes the value'), fields);
const fetched = (
  answer: () => Promise<Partial<GetSecretValueCommandOutput>>,
  stage: VersionStage = 'AWSCURRENT',
) => secretsManagerSource(callsOf(answer).getSecretValue, 'approov')(stage, signal);

suite('one version of a secret from Secrets Manager', () => {
  for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) {
    test(`asks for ${stage} of the secret by its id`, async () => {
      const { getSecretValue, inputs } = callsOf(async () => ({ SecretString: 's' }));
      await secretsManagerSource(getSecretValue, 'arn:of:it')(stage, signal);
      assert.deepEqual(inputs, [{ SecretId: 'arn:of:it', VersionStage: stage }]);
    });
  }

  const created = new Date(1_700_000_000_123);
  const values: [name: string, output: Partial<GetSecretValueCommandOutput>, expected: object][] = [
    [
      'a string',
      { SecretString: 'ab', VersionId: 'v', CreatedDate: created },
      { text: 'ab', versionId: 'v', createdAt: created.getTime() },
    ],
    [
      'binary',
      { SecretBinary: Buffer.from('ab'), VersionId: 'v' },
      { text: 'ab', versionId: 'v', createdAt: undefined },
    ],
    [
      'no creation date for one that is invalid',
      { SecretString: 'ab', VersionId: 'v', CreatedDate: new Date(Number.NaN) },
      { text: 'ab', versionId: 'v', createdAt: undefined },
    ],
    [
      'an empty string, which the decoder refuses',
      { SecretString: '' },
      { text: '', versionId: undefined, createdAt: undefined },
    ],
  ];
  for (const [name, output, expected] of values) {
    test(`gives ${name}`, async () => assert.deepEqual(await fetched(async () => output), expected));
  }

  const notFound = async () => {
    throw new ResourceNotFoundException({ $metadata: {}, message: 'no such label' });
  };
  test('a missing previous version is not an error', async () => {
    assert.equal(await fetched(notFound, 'AWSPREVIOUS'), undefined);
  });

  const gone = new ResourceNotFoundException({ $metadata: {}, message: 'm' });
  const notDecrypted = new DecryptionFailure({ $metadata: {}, message: 'm' });
  const noRegion = new FetchError('GetSecretValue', 'InvalidEndpointConfiguration', {
    cause: new Error('AWS_REGION is not set'),
  });
  const notJson = new SyntaxError('Unexpected token in {"SecretString"');
  const errors: [name: string, error: unknown, message: string, hasCause: boolean, stage?: VersionStage][] = [
    ['no such secret', gone, 'ResourceNotFoundException', true],
    ['not decrypted', notDecrypted, 'DecryptionFailure', true, 'AWSPREVIOUS'],
    ['no permission', service('AccessDeniedException'), 'AccessDeniedException', true],
    ['a call that was never sent', noRegion, 'InvalidEndpointConfiguration', true],
    ['a connection that breaks', named({ code: 'ECONNRESET' }), 'ECONNRESET', false],
    ['an answer that is not JSON', notJson, 'SyntaxError', false],
    ['a code that is not a word', named({ code: 'the value' }), 'Error', false],
    ['neither code nor name', { message: 'quotes the value' }, 'Error', false],
    ['nothing', undefined, 'Error', false],
    ['a name that is not a word', named({ name: 'quotes "the value"' }), 'Error', false],
  ];
  for (const [name, error, message, hasCause, stage] of errors) {
    test(`fails by the error's name alone: ${name}`, async () => {
      const answer = async () => Promise.reject(error);
      const failed = await fetched(answer, stage).catch((thrown: unknown) => thrown);
      assert.ok(failed instanceof FetchError);
      const found = [failed.message, 'cause' in failed];
      assert.deepEqual(found, [`GetSecretValue failed with ${message}`, hasCause]);
    });
  }

  test('an answer without a value fails', async () => {
    await assert.rejects(
      fetched(async () => ({})),
      { message: 'GetSecretValue failed with NoSecretValue' },
    );
  });

  test('hands the signal to give up to the call', async () => {
    let given: AbortSignal | undefined;
    const source = secretsManagerSource(async (_, { abortSignal }) => {
      given = abortSignal;
      return { $metadata: {}, SecretString: 's' };
    }, 'approov');
    await source('AWSCURRENT', signal);
    assert.equal(given, signal);
  });
});
