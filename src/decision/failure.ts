/** Every failure. Operators filter and alarm on these words: they never change. */
export const failureCodes = [
  'event_invalid',
  'secret_unavailable',
  'secret_invalid',
  'keyset_unavailable',
  'keyset_invalid',
  'account_key_unavailable',
  'account_key_invalid',
  'user_keys_unavailable',
  'identity_source_missing',
  'wrapped_authorizer_failed',
  'internal_error',
] as const;

/** The code of a failure. */
export type FailureCode = (typeof failureCodes)[number];

/**
 * The authorizer could not decide, and the client did not cause it: there is no secret, it cannot be decoded, the event
 * is not an authorizer's, or the code has a fault. API Gateway answers 500 and caches nothing. It is never a Deny and
 * never an Allow.
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
