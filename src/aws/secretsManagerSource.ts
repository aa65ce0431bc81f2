import {
  type GetSecretValueCommandInput,
  type GetSecretValueCommandOutput,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { FetchError } from '../errors.ts';
import type { SecretSource, VersionStage } from '../keys/secretCache.ts';

/**
 * Calls GetSecretValue once, without trying again, and gives up when the signal is aborted.
 *
 * @throws SecretsManagerServiceException, or what the network threw
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html}
 */
export type GetSecretValue = (
  input: GetSecretValueCommandInput,
  options: CallOptions,
) => Promise<GetSecretValueCommandOutput>;

/** Options of a call, as the SDK's clients and its HTTP handler take them. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/**
 * Fetches versions of one secret from AWS Secrets Manager.
 *
 * @param getSecretValue makes a single attempt: the cache decides when to try again
 * @param secretId name or ARN
 */
export function secretsManagerSource(getSecretValue: GetSecretValue, secretId: string): SecretSource {
  return async (stage, abortSignal) => {
    let output: GetSecretValueCommandOutput;
    try {
      const input = { SecretId: secretId, VersionStage: stage };
      // Without a prototype: only Secrets Manager may say what the secret is.
      output = Object.assign(Object.create(null), await getSecretValue(input, { abortSignal }));
    } catch (error) {
      if (isNoSuchVersion(error, stage)) return undefined;
      if (error instanceof FetchError) throw error;
      const cause = isServiceError(error) ? { cause: error } : {};
      throw new FetchError('GetSecretValue', nameOf(error), cause);
    }
    const text =
      output.SecretString ?? (output.SecretBinary && Buffer.from(output.SecretBinary).toString('utf8'));
    if (text === undefined) throw new FetchError('GetSecretValue', 'NoSecretValue');
    const createdAt = output.CreatedDate?.getTime();
    // An invalid date would make the grace of the previous version endless.
    return {
      text,
      versionId: output.VersionId,
      createdAt: Number.isFinite(createdAt) ? createdAt : undefined,
    };
  };
}

/** A secret that was never rotated has no AWSPREVIOUS: Secrets Manager answers as if there were no secret at all. */
function isNoSuchVersion(error: unknown, stage: VersionStage): boolean {
  return stage === 'AWSPREVIOUS' && nameOf(error) === 'ResourceNotFoundException';
}

/** Other errors may quote the answer and with it the secret, as a SyntaxError does. */
function isServiceError(error: unknown): boolean {
  return error instanceof SecretsManagerServiceException;
}

/** The error's code or class: `AccessDeniedException`, `ECONNRESET`. Never its message, which may quote values. */
function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const found = [code, name].find(
    (word) => typeof word === 'string' && /^[A-Za-z_][A-Za-z0-9_]{2,63}$/.test(word),
  );
  return typeof found === 'string' ? found : 'Error';
}
