import type { Failure } from './failure.ts';
import type { Refusal } from './refusal.ts';

/**
 * What is decided about one request.
 *
 * @typeParam Allow what the answer to an allowed request is made of
 */
export type Verdict<Allow> =
  | { readonly kind: 'allow'; readonly allow: Allow }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'failure'; readonly failure: Failure };
