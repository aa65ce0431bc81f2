import { childScript, runChild } from './child.ts';
import { requestEvent } from './event.ts';
import { type Stand, secret } from './stand.ts';
import type { Subject } from './subject.ts';

/** One simulated hour of requests to one environment. */
export interface HourOfCalls {
  readonly forgedShare: number;
  readonly requests: number;
  /** Calls that reached Secrets Manager. */
  readonly calls: number;
  readonly allowed: number;
  readonly refused: number;
  /** Errors other than `Unauthorized`. */
  readonly failed: number;
  /** Resident memory after all of them. */
  readonly residentBytes: number;
}

/**
 * Counts Secrets Manager calls in a simulated hour.
 *
 * @param requests - requests in that hour
 * @param forgedShare - the share of them whose token another secret signed: 0, or one in a whole number
 */
export async function measureCalls(
  stand: Stand,
  subject: Subject,
  requests: number,
  forgedShare: number,
): Promise<HourOfCalls> {
  const before = stand.secretsManager.calls.length;
  const { allowed, refused, failed, residentBytes } = await runChild<HourOfCalls>(
    subject,
    childScript('calls.mjs'),
    {
      ...stand.env,
      BENCH_SECRET: secret,
      BENCH_REQUESTS: String(requests),
      BENCH_FORGED_EVERY: String(forgedShare === 0 ? 0 : Math.round(1 / forgedShare)),
      BENCH_EVENT: JSON.stringify(requestEvent(undefined)),
    },
  );
  const calls = stand.secretsManager.calls.length - before;
  return { forgedShare, requests, calls, allowed, refused, failed, residentBytes };
}
