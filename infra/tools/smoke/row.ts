import type { ApiKind } from './target.ts';

/** A line of the smoke test's table. */
export interface Row {
  readonly kind: ApiKind;
  readonly title: string;
  readonly expected: string;
  readonly got: string;
  /** What the log says of it: the authorizer's decision, and the reason in the access log. */
  readonly logged: string;
  /** `noted`: AWS documents nothing, so what was seen is news. */
  readonly verdict: 'ok' | 'DIFFERS' | 'noted' | 'not tried';
}
