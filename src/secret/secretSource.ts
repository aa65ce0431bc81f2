/** The two versions of a secret that can verify a token. */
export type VersionStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** One version of a secret, as Secrets Manager gives it. */
export interface SecretVersion {
  /** the value as text; SecretBinary read as UTF-8 */
  readonly text: string;
  readonly versionId: string | undefined;
  /** milliseconds since 1970 UTC at which the version was made, when known */
  readonly createdAt: number | undefined;
}

/**
 * Fetches one version of a secret, in one call, without trying again.
 *
 * @returns the version; undefined when the secret has no version with that stage
 * @throws SecretFetchError
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html}
 */
export type SecretSource = (stage: VersionStage) => Promise<SecretVersion | undefined>;
