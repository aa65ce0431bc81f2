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
  /** Resident memory after all requests, minting included, with the heap of a 128 MB function. */
  readonly residentBytes: number;
}

/** A heap that fits into a 128 MB function. By default Node sizes it by this machine's memory. */
const smallHeap = '--max-old-space-size=115 --max-semi-space-size=6';

/**
 * Counts Secrets Manager calls in a simulated hour.
 *
 * @param requests requests in that hour.
 * @param forgedShare share of requests whose token is signed with another secret: 0, or 1 divided by a whole number.
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
      NODE_OPTIONS: smallHeap,
      BENCH_SECRET: secret,
      BENCH_REQUESTS: String(requests),
      BENCH_FORGED_EVERY: String(forgedShare === 0 ? 0 : Math.round(1 / forgedShare)),
      BENCH_EVENT: JSON.stringify(requestEvent(undefined, undefined)),
    },
  );
  const calls = stand.secretsManager.calls.length - before;
  return { forgedShare, requests, calls, allowed, refused, failed, residentBytes };
}
