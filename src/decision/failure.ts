/** What went wrong on this side. Operators filter and alarm on these words: they never change. */
export const failureCodes = [
  'event_invalid',
  'secret_unavailable',
  'secret_invalid',
  'account_key_unavailable',
  'account_key_invalid',
  'internal_error',
] as const;

/** Which failure. */
export type FailureCode = (typeof failureCodes)[number];

/**
 * The authorizer could not decide, and that is not the client's doing: no secret, an undecodable one, an event that is
 * not an authorizer's, a fault in the code. API Gateway answers 500 and caches nothing; never a Deny, never an Allow.
 */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  readonly code: FailureCode;

  /**
   * @param code stable code that the log shows
   * @param detail what failed, without any value of a header, token or secret
   * @param options `cause`: the error underneath, kept for whoever wraps the authorizer, never logged
   */
  constructor(code: FailureCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}
