/** A source did not give what was asked for. */
export class FetchError extends Error {
  override readonly name: string = 'FetchError';

  /**
   * @param call what failed, such as `GetSecretValue`
   * @param errorName name or code of the error underneath, such as `AccessDeniedException` or `ECONNRESET`
   * @param options `cause`: the error underneath, when it quotes no value
   */
  constructor(call: string, errorName: string, options?: ErrorOptions) {
    super(`${call} failed with ${errorName}`, options);
  }
}

/** A source gave something that is not what it must be. The message names the fault and quotes no value. */
export class FormatError extends Error {
  override readonly name: string = 'FormatError';
}
