import type { SecretsStore, SecretValue } from './secretsStore.ts';
import { ServiceError } from './serviceError.ts';

/** A request's JSON body, not yet checked. */
export type OperationInput = Record<string, unknown>;

/**
 * The Secrets Manager operations of the stand-in, by their name in `X-Amz-Target`. Dates are sent as the protocol
 * specifies: seconds since the epoch, with a fraction.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 * @throws {@link ServiceError} with the name and message that AWS gives.
 */
export const secretsOperations: Record<string, (store: SecretsStore, input: OperationInput) => object> = {
  CreateSecret(store, input) {
    const name = text(input, 'Name');
    const value = secretValue(input);
    const secret = store.create(name);
    const version =
      value && store.addVersion(secret, value, { id: optionalText(input, 'ClientRequestToken') });
    return { ARN: secret.arn, Name: secret.name, ...(version && { VersionId: version.id }) };
  },

  PutSecretValue(store, input) {
    const secret = store.find(text(input, 'SecretId'));
    const value = secretValue(input);
    if (value === undefined) {
      throw new ServiceError(
        'InvalidRequestException',
        'You must provide either SecretString or SecretBinary.',
      );
    }
    const version = store.addVersion(secret, value, {
      id: optionalText(input, 'ClientRequestToken'),
      stages: stageList(input),
    });
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
  },

  GetSecretValue(store, input) {
    const secret = store.find(text(input, 'SecretId'));
    const id = optionalText(input, 'VersionId');
    const version = store.version(secret, id, optionalText(input, 'VersionStage'));
    return {
      ARN: secret.arn,
      CreatedDate: version.createdDate.getTime() / 1000,
      Name: secret.name,
      ...('string' in version.value
        ? { SecretString: version.value.string }
        : { SecretBinary: Buffer.from(version.value.binary).toString('base64') }),
      VersionId: version.id,
      VersionStages: [...version.stages],
    };
  },

  DescribeSecret(store, input) {
    const secret = store.find(text(input, 'SecretId'));
    const labelled = secret.versions.filter((version) => version.stages.size > 0);
    return {
      ARN: secret.arn,
      CreatedDate: secret.createdDate.getTime() / 1000,
      Name: secret.name,
      VersionIdsToStages: Object.fromEntries(labelled.map((version) => [version.id, [...version.stages]])),
    };
  },
};

function text(input: OperationInput, field: string): string {
  const value = optionalText(input, field);
  if (value === undefined) {
    const member = field.charAt(0).toLowerCase() + field.slice(1);
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

function optionalText(input: OperationInput, field: string): string | undefined {
  const value = input[field];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== 'string') {
    throw new ServiceError('SerializationException', `${field} can not be converted to a String`);
  }
  return value;
}

function stageList(input: OperationInput): string[] | undefined {
  const stages = input.VersionStages;
  if (stages === undefined) {
    return undefined;
  }
  if (!Array.isArray(stages) || stages.length === 0 || stages.some((stage) => typeof stage !== 'string')) {
    throw new ServiceError('InvalidParameterException', 'VersionStages must be a list of staging labels.');
  }
  return stages;
}

function secretValue(input: OperationInput): SecretValue | undefined {
  const string = optionalText(input, 'SecretString');
  const binary = optionalText(input, 'SecretBinary');
  if (string !== undefined && binary !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (string !== undefined) {
    return { string };
  }
  return binary === undefined ? undefined : { binary: Buffer.from(binary, 'base64') };
}
