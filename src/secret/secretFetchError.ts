/** A call to Secrets Manager did not give a value. */
export class SecretFetchError extends Error {
  override readonly name = 'SecretFetchError';
  /** the process was frozen during the call: then its failure says nothing about Secrets Manager */
  readonly wasFrozen: boolean;

  /** @param errorName name or code of the error underneath, such as `AccessDeniedException` or `ECONNRESET` */
  constructor(errorName: string, options: ErrorOptions & { readonly wasFrozen?: boolean } = {}) {
    const { wasFrozen = false, ...errorOptions } = options;
    super(`GetSecretValue failed with ${errorName}`, errorOptions);
    this.wasFrozen = wasFrozen;
  }
}
