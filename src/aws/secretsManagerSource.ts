import {
  type GetSecretValueCommandInput,
  type GetSecretValueCommandOutput,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { SecretFetchError } from '../secret/secretFetchError.ts';
import type { SecretSource, VersionStage } from '../secret/secretSource.ts';
import { AwakeDeadline } from './awakeDeadline.ts';

/** Time for a whole call to Secrets Manager, its body included, milliseconds awake. */
export const requestTimeout = 2000;

/**
 * Calls GetSecretValue once, without trying again, and gives up when the signal says so.
 *
 * @throws SecretsManagerServiceException, or what the network threw
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html}
 */
export type GetSecretValue = (
  input: GetSecretValueCommandInput,
  options: CallOptions,
) => Promise<GetSecretValueCommandOutput>;

/** As the SDK's clients and its HTTP handler take them. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/**
 * Fetches versions of one secret from AWS Secrets Manager.
 *
 * @param getSecretValue made once outside the handler, with a single attempt a call: when to try again is the cache's decision
 * @param secretId name or ARN
 */
export function secretsManagerSource(getSecretValue: GetSecretValue, secretId: string): SecretSource {
  return async (stage) => {
    const deadline = new AwakeDeadline(requestTimeout);
    let output: GetSecretValueCommandOutput;
    try {
      const input = { SecretId: secretId, VersionStage: stage };
      output = await deadline.race(getSecretValue(input, { abortSignal: deadline.signal }));
    } catch (error) {
      if (isNoSuchVersion(error, stage)) return undefined;
      if (error instanceof SecretFetchError) throw error;
      const cause = isServiceError(error) ? { cause: error } : {};
      throw new SecretFetchError(nameOf(error), { ...cause, wasFrozen: deadline.wasFrozen });
    } finally {
      deadline.end();
    }
    const text =
      output.SecretString ?? (output.SecretBinary && Buffer.from(output.SecretBinary).toString('utf8'));
    if (text === undefined) throw new SecretFetchError('NoSecretValue');
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

/** Other errors may quote the answer, and with it the secret: a syntax error in its JSON does. */
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
