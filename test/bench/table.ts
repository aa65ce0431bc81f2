import { pause } from './measurePaced.ts';
import type { BenchResults, SubjectResult } from './results.ts';
import type { Summary } from './statistics.ts';

/** The results as Markdown tables. */
export function resultTables({
  machine,
  coldRuns,
  warmRuns,
  decisions,
  pacedRuns,
  pacedDecisions,
  requests,
  subjects,
}: BenchResults): string {
  const cold = subjects.filter((subject) => subject.cold);
  const warm = subjects.filter((subject) => subject.warm);
  const limit = cold.find((subject) => subject.kind === 'limit')?.cold?.sum.median;
  const jose = warm.find((subject) => subject.kind === 'reference')?.warm?.distinct.median;
  const powertools = subjects.find(({ name }) => name === 'powertools')?.paced;
  const ratio = (value: number | undefined, to: number | undefined) =>
    value === undefined || to === undefined ? '' : (value / to).toFixed(2);
  return [
    `Node ${machine.node}, ${machine.host}; ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB.`,
    '',
    `Cold start, ${coldRuns} fresh processes each: median (90th percentile), milliseconds.`,
    '',
    ...rows(cold, {
      'module load': ({ cold }) => time(cold?.load),
      between: ({ cold }) => time(cold?.between),
      'first decision': ({ cold }) => time(cold?.first),
      'cold sum': ({ cold }) => `**${time(cold?.sum)}**`,
      'of the limit': ({ cold }) => ratio(cold?.sum.median, limit),
      'process start to answer': ({ cold }) => time(cold?.wall),
      bundle: ({ bundleBytes }) => `${(bundleBytes / 1000).toFixed(0)} kB`,
      zip: ({ zipBytes }) => `${(zipBytes / 1000).toFixed(1)} kB`,
      resident: ({ cold }) => megabytes(cold?.residentBytes.median),
    }),
    '',
    `Decisions back to back, ${warmRuns} fresh processes of ${decisions} decisions each: median (90th percentile), microseconds.`,
    '',
    ...rows(warm, {
      'distinct tokens': ({ warm }) => time(warm?.distinct),
      'of bare jose': ({ warm }) => ratio(warm?.distinct.median, jose),
      'repeated token': ({ warm }) => time(warm?.repeated),
      'calls in an hour': ({ hours }) => hours?.map(({ calls }) => calls).join(' / ') ?? '',
      'resident after it': ({ hours }) => megabytes(hours?.at(-1)?.residentBytes),
    }),
    '',
    `Decisions with a pause of ${pause} ms before each, ${pacedRuns} fresh processes of ${pacedDecisions} decisions of each kind: median (90th percentile) of`,
    "the processes' medians, microseconds. This is what a user meets, for requests to one environment of Lambda seldom follow",
    'each other at once.',
    '',
    ...rows(
      warm.filter((subject) => subject.paced),
      {
        'new token': ({ paced }) => time(paced?.distinct),
        'of Powertools': ({ paced }) => ratio(paced?.distinct.median, powertools?.distinct.median),
        'repeated token': ({ paced }) => time(paced?.repeated),
        'of Powertools ': ({ paced }) => ratio(paced?.repeated.median, powertools?.repeated.median),
      },
    ),
    '',
    `Calls: to Secrets Manager in a simulated hour of ${requests} requests to one environment, without a forged token / with`,
    'every tenth one forged. Resident after it: with a heap held to that of a function of 128 MB.',
  ].join('\n');
}

function rows(
  subjects: readonly SubjectResult[],
  columns: Record<string, (subject: SubjectResult) => string>,
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const names = Object.keys(columns);
  return [
    line(['', ...names]),
    line(['---', ...names.map(() => '---:')]),
    ...subjects.map((subject) =>
      line([subject.title, ...Object.values(columns).map((column) => column(subject))]),
    ),
  ];
}

function time(summary: Summary | undefined): string {
  return summary === undefined ? '' : `${summary.median.toFixed(1)} (${summary.p90.toFixed(1)})`;
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${(bytes / 1e6).toFixed(0)} MB`;
}
