import { FetchError } from '../fetched/errors.ts';

/** The two versions of a secret that can verify a token. */
export type VersionStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** One version of a secret, as Secrets Manager gives it. */
export interface SecretVersion {
  /** The value as text; SecretBinary read as UTF-8. */
  readonly text: string;
  readonly versionId: string | undefined;
  /** Milliseconds since 1970 UTC at which the version was made, when known. */
  readonly createdAt: number | undefined;
}

/**
 * Fetches one version of a secret, in one call, without trying again.
 *
 * @param signal aborted when nobody waits for the call any longer
 * @returns the version; undefined when the secret has no version with that stage
 * @throws SecretFetchError
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html}
 */
export type SecretSource = (stage: VersionStage, signal: AbortSignal) => Promise<SecretVersion | undefined>;

/** The name of the call in messages. */
export const getSecretValueCall = 'GetSecretValue';

/** A call to Secrets Manager did not give a value. */
export class SecretFetchError extends FetchError {
  override readonly name = 'SecretFetchError';

  /**
   * @param errorName name or code of the error underneath, such as `AccessDeniedException` or `ECONNRESET`
   * @param options `cause`: the error underneath, when it quotes no value
   */
  constructor(errorName: string, options?: ErrorOptions) {
    super(getSecretValueCall, errorName, options);
  }
}
