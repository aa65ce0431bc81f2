import type { AllowDraft } from '../policy/allowDraft.ts';
import type { Findings } from '../policy/context.ts';
import type { AcceptedBy } from '../secret/verifyWithSecret.ts';
import type { Failure } from './failure.ts';
import type { Refusal } from './refusal.ts';

/** What is decided about one request. */
export type Verdict =
  | { readonly kind: 'allow'; readonly draft: AllowDraft; readonly findings: Findings }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** What is learnt of a request on the way to its verdict, for the log: the last step reached shows. */
export interface Trace {
  tokenId?: string;
  secretVersion?: AcceptedBy | undefined;
  /** Attestation Response Code, once the signature is verified */
  arc?: string | undefined;
}
