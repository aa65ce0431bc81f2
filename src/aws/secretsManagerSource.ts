import {
  type GetSecretValueCommandInput,
  type GetSecretValueCommandOutput,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { FetchError } from '../errors.ts';
import type { SecretSource } from '../keys/secretCache.ts';

/**
 * Calls GetSecretValue once, without trying again, and gives up when the signal is aborted.
 *
 * @throws SecretsManagerServiceException, or what the network threw
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html}
 */
export type GetSecretValue = (
  input: GetSecretValueCommandInput,
  options: { readonly abortSignal: AbortSignal },
) => Promise<GetSecretValueCommandOutput>;

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
      // A secret that was never rotated has no AWSPREVIOUS: Secrets Manager answers as if there were no secret at all.
      if (stage === 'AWSPREVIOUS' && nameOf(error) === 'ResourceNotFoundException') return undefined;
      if (error instanceof FetchError) throw error;
      // Other errors may quote the answer and with it the secret, as a SyntaxError does.
      const options = error instanceof SecretsManagerServiceException ? { cause: error } : {};
      throw new FetchError('GetSecretValue', nameOf(error), options);
    }
    const text =
      output.SecretString ?? (output.SecretBinary && Buffer.from(output.SecretBinary).toString('utf8'));
    if (text === undefined) throw new FetchError('GetSecretValue', 'NoSecretValue');
    const time = output.CreatedDate?.getTime();
    // An invalid date would make the grace of the previous version endless.
    const createdAt = Number.isFinite(time) ? time : undefined;
    return { text, versionId: output.VersionId, createdAt };
  };
}

/** The error's code or class: `AccessDeniedException`, `ECONNRESET`. Never its message, which may quote values. */
function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const found = [code, name].find(
    (word) => typeof word === 'string' && /^[A-Za-z_][A-Za-z0-9_]{2,63}$/.test(word),
  );
  return typeof found === 'string' ? found : 'Error';
}
