import assert from 'node:assert/strict';
import { mock, suite, test } from 'node:test';
import {
  DecryptionFailure,
  type GetSecretValueCommandInput,
  type GetSecretValueCommandOutput,
  ResourceNotFoundException,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import {
  type GetSecretValue,
  requestTimeout,
  secretsManagerSource,
} from '../../../src/aws/secretsManagerSource.ts';
import { SecretFetchError } from '../../../src/secret/secretFetchError.ts';
import type { VersionStage } from '../../../src/secret/secretSource.ts';

/** A Secrets Manager that answers each call the same way, and keeps what it was asked. */
function callsOf(answer: () => Promise<Partial<GetSecretValueCommandOutput>>) {
  const inputs: GetSecretValueCommandInput[] = [];
  const getSecretValue: GetSecretValue = async (input) => {
    inputs.push(input);
    return { $metadata: {}, ...(await answer()) };
  };
  return { getSecretValue, inputs };
}

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
) => secretsManagerSource(callsOf(answer).getSecretValue, 'approov')(stage);

suite('one version of a secret from Secrets Manager', () => {
  for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) {
    test(`asks for ${stage} of the secret by its id`, async () => {
      const { getSecretValue, inputs } = callsOf(async () => ({ SecretString: 's' }));
      await secretsManagerSource(getSecretValue, 'arn:of:it')(stage);
      assert.deepEqual(inputs, [{ SecretId: 'arn:of:it', VersionStage: stage }]);
    });
  }

  const created = new Date(1_700_000_000_123);
  const values = [
    {
      name: 'a string',
      output: { SecretString: 'ab', VersionId: 'v', CreatedDate: created },
      expected: { text: 'ab', versionId: 'v', createdAt: created.getTime() },
    },
    {
      name: 'binary',
      output: { SecretBinary: Buffer.from('ab'), VersionId: 'v' },
      expected: { text: 'ab', versionId: 'v', createdAt: undefined },
    },
    {
      name: 'no creation date for one that is invalid',
      output: { SecretString: 'ab', VersionId: 'v', CreatedDate: new Date(Number.NaN) },
      expected: { text: 'ab', versionId: 'v', createdAt: undefined },
    },
    {
      name: 'an empty string, for whoever decodes it to refuse',
      output: { SecretString: '' },
      expected: { text: '', versionId: undefined, createdAt: undefined },
    },
  ];
  for (const { name, output, expected } of values) {
    test(`gives ${name}`, async () => assert.deepEqual(await fetched(async () => output), expected));
  }

  const notFound = async () => {
    throw new ResourceNotFoundException({ $metadata: {}, message: 'no such label' });
  };
  test('no version before the current one is no error', async () => {
    assert.equal(await fetched(notFound, 'AWSPREVIOUS'), undefined);
  });

  const errors: { name: string; error: unknown; stage?: VersionStage; message: string; hasCause: boolean }[] =
    [
      {
        name: 'no such secret',
        error: new ResourceNotFoundException({ $metadata: {}, message: 'm' }),
        message: 'ResourceNotFoundException',
        hasCause: true,
      },
      {
        name: 'not decrypted',
        error: new DecryptionFailure({ $metadata: {}, message: 'm' }),
        stage: 'AWSPREVIOUS',
        message: 'DecryptionFailure',
        hasCause: true,
      },
      {
        name: 'no permission',
        error: service('AccessDeniedException'),
        message: 'AccessDeniedException',
        hasCause: true,
      },
      {
        name: 'a call that was never sent',
        error: new SecretFetchError('InvalidEndpointConfiguration', {
          cause: new Error('AWS_REGION is not set'),
        }),
        message: 'InvalidEndpointConfiguration',
        hasCause: true,
      },
      {
        name: 'a connection that breaks',
        error: named({ code: 'ECONNRESET' }),
        message: 'ECONNRESET',
        hasCause: false,
      },
      {
        name: 'an answer that is no JSON',
        error: new SyntaxError('Unexpected token in {"SecretString"'),
        message: 'SyntaxError',
        hasCause: false,
      },
      {
        name: 'a code that is no word',
        error: named({ code: 'the value' }),
        message: 'Error',
        hasCause: false,
      },
      {
        name: 'neither code nor name',
        error: { message: 'quotes the value' },
        message: 'Error',
        hasCause: false,
      },
      { name: 'nothing', error: undefined, message: 'Error', hasCause: false },
      {
        name: 'a name that is no word',
        error: named({ name: 'quotes "the value"' }),
        message: 'Error',
        hasCause: false,
      },
    ];
  for (const { name, error, stage, message, hasCause } of errors) {
    test(`fails by the error's name alone: ${name}`, async () => {
      const failed = await fetched(async () => Promise.reject(error), stage).catch(
        (thrown: unknown) => thrown,
      );
      assert.ok(failed instanceof SecretFetchError);
      assert.deepEqual(
        [failed.message, 'cause' in failed],
        [`GetSecretValue failed with ${message}`, hasCause],
      );
    });
  }

  test('an answer without a value fails', async () => {
    await assert.rejects(
      fetched(async () => ({})),
      { message: 'GetSecretValue failed with NoSecretValue' },
    );
  });

  test('a call without an end is ended, and told to give its connection up', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      let signal: AbortSignal | undefined;
      const source = secretsManagerSource((_, { abortSignal }) => {
        signal = abortSignal;
        return new Promise(() => {});
      }, 'approov');
      const call = source('AWSCURRENT');
      mock.timers.tick(requestTimeout - 100);
      assert.equal(signal?.aborted, false);
      mock.timers.tick(100);
      await assert.rejects(call, { message: 'GetSecretValue failed with TimeoutError', wasFrozen: false });
      assert.equal(signal.aborted, true);
    } finally {
      mock.timers.reset();
    }
  });

  for (const { name, passed, wasFrozen } of [
    { name: 'a slow process', passed: 2400, wasFrozen: false },
    { name: 'a frozen process', passed: 2600, wasFrozen: true },
  ]) {
    test(`a failure tells of ${name}`, async () => {
      mock.timers.enable({ apis: ['setInterval'] });
      const begun = performance.now();
      const clock = mock.method(performance, 'now', () => begun);
      try {
        const answer = Promise.withResolvers<never>();
        const call = fetched(() => answer.promise);
        mock.timers.tick(1900);
        clock.mock.mockImplementation(() => begun + passed);
        answer.reject(named({ code: 'ECONNRESET' }));
        await assert.rejects(call, { message: 'GetSecretValue failed with ECONNRESET', wasFrozen });
      } finally {
        clock.mock.restore();
        mock.timers.reset();
      }
    });
  }
});
