import { childScript, runChild } from './child.ts';
import { requestEvent } from './event.ts';
import { interleave } from './interleave.ts';
import type { WarmFigures } from './measureWarm.ts';
import { type Stand, secret, userToken } from './stand.ts';
import { summarize, summarizeAll } from './statistics.ts';
import type { Subject } from './subject.ts';

/** Milliseconds between two requests. */
export const pause = 5;

/**
 * Measures decisions with a pause before each, as an environment of Lambda gets its requests: for distinct tokens and for one
 * repeated token. The processor sleeps in the pauses, so they order the candidates differently from a loop.
 *
 * @param rounds fresh processes for each subject.
 * @param decisions decisions of each kind timed in each process, of which the median counts.
 */
export async function measurePaced(
  stand: Stand,
  subjects: readonly Subject[],
  rounds: number,
  decisions: number,
): Promise<Map<string, WarmFigures>> {
  const env = {
    ...stand.env,
    BENCH_SECRET: secret,
    BENCH_DECISIONS: String(decisions),
    BENCH_PAUSE_MS: String(pause),
    BENCH_EVENT: JSON.stringify(requestEvent(undefined, userToken)),
  };
  const runs = await interleave(subjects, rounds, async (subject) => {
    const { distinct, repeated } = await runChild<{ distinct: number[]; repeated: number[] }>(
      subject,
      childScript('paced.mjs'),
      env,
    );
    return { distinct: summarize(distinct).median, repeated: summarize(repeated).median };
  });
  return new Map([...runs].map(([name, some]) => [name, summarizeAll(some, ['distinct', 'repeated'])]));
}
