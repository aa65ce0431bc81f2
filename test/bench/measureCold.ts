import { coldRun } from './coldRun.ts';
import { interleave } from './interleave.ts';
import type { Stand } from './stand.ts';
import { type Summary, summarizeAll } from './statistics.ts';
import type { Subject } from './subject.ts';

const figures = ['load', 'between', 'first', 'sum', 'wall', 'residentBytes'] as const;

/** Cold starts of one subject: milliseconds, and bytes of resident memory after the first decision. */
export type ColdFigures = Record<(typeof figures)[number], Summary>;

/**
 * Measures cold starts. A first round fills the disk's cache and is not counted.
 *
 * @param rounds fresh processes for each subject.
 */
export async function measureCold(
  stand: Stand,
  subjects: readonly Subject[],
  rounds: number,
): Promise<Map<string, ColdFigures>> {
  await interleave(subjects, 1, (subject) => coldRun(stand, subject));
  const runs = await interleave(subjects, rounds, async (subject) => {
    const run = await coldRun(stand, subject);
    return { ...run, between: run.sum - run.load - run.first };
  });
  return new Map([...runs].map(([name, some]) => [name, summarizeAll(some, figures)]));
}
