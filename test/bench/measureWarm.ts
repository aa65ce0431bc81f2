import { childScript, runChild } from './child.ts';
import { requestEvent } from './event.ts';
import { interleave } from './interleave.ts';
import { type Stand, secret, userToken } from './stand.ts';
import { type Summary, summarizeAll } from './statistics.ts';
import type { Subject } from './subject.ts';

const figures = ['distinct', 'repeated'] as const;

/** Warm decisions of one subject, in microseconds each. */
export type WarmFigures = Record<(typeof figures)[number], Summary>;

/**
 * Measures warm decisions, for distinct tokens and for one repeated token.
 *
 * @param rounds fresh processes for each subject.
 * @param decisions decisions timed in each process.
 */
export async function measureWarm(
  stand: Stand,
  subjects: readonly Subject[],
  rounds: number,
  decisions: number,
): Promise<Map<string, WarmFigures>> {
  const env = {
    ...stand.env,
    BENCH_SECRET: secret,
    BENCH_DECISIONS: String(decisions),
    BENCH_EVENT: JSON.stringify(requestEvent(undefined, userToken)),
  };
  const runs = await interleave(subjects, rounds, (subject) =>
    runChild<Record<(typeof figures)[number], number>>(subject, childScript('warm.mjs'), env),
  );
  return new Map([...runs].map(([name, some]) => [name, summarizeAll(some, figures)]));
}
