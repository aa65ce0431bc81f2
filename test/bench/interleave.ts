import type { Subject } from './subject.ts';

/**
 * Runs every subject once per round, each in a fresh process, so that a slow machine slows all of them alike.
 *
 * @returns the runs of each subject by its name.
 */
export async function interleave<Run>(
  subjects: readonly Subject[],
  rounds: number,
  run: (subject: Subject) => Promise<Run>,
): Promise<Map<string, Run[]>> {
  const runs = new Map<string, Run[]>(subjects.map((subject) => [subject.name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Each round starts with another subject, so that none always runs right after the parent's own work.
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const subject = subjects[(round + turn) % subjects.length] as Subject;
      runs.get(subject.name)?.push(await run(subject));
    }
  }
  return runs;
}
