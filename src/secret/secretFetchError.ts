/** A call to Secrets Manager did not give a value. */
export class SecretFetchError extends Error {
  override readonly name = 'SecretFetchError';

  /** @param errorName name or code of the error underneath, such as `AccessDeniedException` or `ECONNRESET` */
  constructor(errorName: string, options?: ErrorOptions) {
    super(`GetSecretValue failed with ${errorName}`, options);
  }
}
