import type { Failure, FailureCode } from './failure.ts';
import type { Refusal, RefusalReason } from './refusal.ts';

/**
 * What is decided about one request.
 *
 * @typeParam Allow what the answer to an allowed request is made of
 */
export type Verdict<Allow> = { readonly kind: 'allow'; readonly allow: Allow } | Objection;

/** Why a request is not allowed. */
export type Objection =
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** The refusal's reason, or the failure's code. */
export function reasonOf(objection: Objection): RefusalReason | FailureCode {
  return objection.kind === 'refusal' ? objection.refusal.reason : objection.failure.code;
}
