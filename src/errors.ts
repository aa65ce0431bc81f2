/**
 * Every reason for which a request is refused, in the order in which the checks run. The first check that fails names
 * the reason. Operators filter and alarm on these words: they never change.
 */
export const refusalReasons = [
  'token_missing',
  'client_status',
  'token_ambiguous',
  'token_malformed',
  'algorithm_not_allowed',
  'key_unknown',
  'signature_mismatch',
  'claims_invalid',
  'token_expired',
  'token_not_yet_valid',
  'issuer_mismatch',
  'audience_mismatch',
  'binding_claim_missing',
  'binding_header_missing',
  'binding_mismatch',
  'message_signature_missing',
  'message_signature_malformed',
  'message_signature_key_missing',
  'message_signature_coverage',
  'message_signature_stale',
  'message_signature_mismatch',
  'user_token_missing',
  'user_token_ambiguous',
  'user_token_malformed',
  'user_algorithm_not_allowed',
  'user_token_type_mismatch',
  'user_key_unknown',
  'user_signature_mismatch',
  'user_claims_invalid',
  'user_token_expired',
  'user_token_not_yet_valid',
  'user_issuer_mismatch',
  'user_audience_mismatch',
  'user_token_use_mismatch',
  'user_scope_missing',
] as const;

/** Why a request is refused. */
export type RefusalReason = (typeof refusalReasons)[number];

/** What the client sent that the log may show: attacker-controlled. */
export interface RefusalDetails {
  /** With `client_status`: what the app gave as the cause. */
  readonly rawClientStatus?: string | undefined;
  /** With `signature_mismatch`: the Attestation Response Code that the token claims, in base32. */
  readonly unverifiedArc?: string | undefined;
}

/** The request is not acceptable, and the client caused it: a 401, or a Deny. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: RefusalReason;
  readonly details: RefusalDetails;

  /** @param reason the stable code that the log, the context and the metrics show */
  constructor(reason: RefusalReason, details: RefusalDetails = {}) {
    super(reason);
    this.reason = reason;
    this.details = details;
  }
}

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
 * The authorizer could not decide, and the client did not cause it: API Gateway answers 500 and caches nothing. It is never a
 * Deny and never an Allow.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
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

/** The refusal's reason, or the failure's code. */
export function reasonOf(error: Refusal | Failure): RefusalReason | FailureCode {
  return error instanceof Refusal ? error.reason : error.code;
}

/** A source did not give what was asked for. */
export class FetchError extends Error {
  override readonly name = 'FetchError';

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
  override readonly name = 'FormatError';
}

/** The configuration is wrong: the operator has to correct it before any request is answered. The message quotes no value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
