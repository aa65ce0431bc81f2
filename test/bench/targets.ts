import type { BenchResults, SubjectResult } from './results.ts';

/** A target, and what was measured. */
export interface Target {
  readonly name: string;
  readonly found: number;
  readonly atMost: number;
}

/** The project's targets as ratios within one run, and what the run measured. */
export function targets({ subjects }: BenchResults): Target[] {
  const get = (name: string): SubjectResult => {
    const found = subjects.find((subject) => subject.name === name);
    if (found === undefined) throw new Error(`no result for ${name}`);
    return found;
  };
  const cold = (name: string) => get(name).cold?.sum.median ?? Number.NaN;
  const ours = get('ours');
  const warm = (name: string) => get(name).warm ?? { distinct: nothing, repeated: nothing };
  const pacedRatio = (name: string, tokens: 'distinct' | 'repeated') =>
    (get(name).paced?.[tokens].median ?? Number.NaN) /
    (get('powertools').paced?.[tokens].median ?? Number.NaN);
  const rivals = subjects.filter(({ kind, name }) => kind === 'rival' && !/(defaults|users)$/.test(name));
  const fastest = Math.min(...rivals.map(({ name }) => warm(name).repeated.median));
  const [calm, flooded] = ours.hours ?? [];
  const hasEarlier = subjects.some(({ name }) => name === 'earlier');
  return [
    ...(hasEarlier ? againstEarlier(ours, get('earlier')) : []),
    { name: 'cold sum / Powertools', found: cold('ours') / cold('powertools'), atMost: 0.85 },
    {
      name: 'cold sum / the SDK client and esbuild defaults',
      found: cold('ours') / cold('esbuild-defaults'),
      atMost: 0.7,
    },
    {
      name: 'cold sum / the same source and esbuild defaults',
      found: cold('ours') / cold('own-defaults'),
      atMost: 0.7,
    },
    { name: 'cold sum / limit', found: cold('ours') / cold('limit'), atMost: 1.6 },
    { name: 'zip, kB', found: ours.zipBytes / 1000, atMost: 70 },
    {
      name: 'new token, paced, log silent / Powertools',
      found: pacedRatio('ours-silent', 'distinct'),
      atMost: 0.95,
    },
    {
      name: 'new token, paced, with the log / Powertools',
      found: pacedRatio('ours', 'distinct'),
      atMost: 1.3,
    },
    { name: 'repeated token, paced / Powertools', found: pacedRatio('ours', 'repeated'), atMost: 0.42 },
    { name: 'repeated / fastest rival', found: warm('ours').repeated.median / fastest, atMost: 1 },
    {
      name: 'cold sum with users / Powertools and aws-jwt-verify',
      found: cold('ours-users') / cold('powertools-users'),
      atMost: 0.85,
    },
    {
      name: 'repeated with users / without',
      found: warm('ours-users').repeated.median / warm('ours').repeated.median,
      atMost: 1.3,
    },
    { name: 'resident, MB', found: (ours.cold?.residentBytes.median ?? Number.NaN) / 1e6, atMost: 80 },
    { name: 'calls an hour', found: calm?.calls ?? Number.NaN, atMost: 15 },
    {
      name: 'calls an hour, flooded with forged tokens',
      found: flooded?.calls ?? Number.NaN,
      atMost: 15 + 120,
    },
  ];
}

/** An earlier build may not have been quicker. */
function againstEarlier(ours: SubjectResult, earlier: SubjectResult): Target[] {
  const ratio = (figure: (subject: SubjectResult) => number | undefined) =>
    (figure(ours) ?? Number.NaN) / (figure(earlier) ?? Number.NaN);
  return [
    { name: 'cold sum / the earlier build', found: ratio(({ cold }) => cold?.sum.median), atMost: 0.96 },
    {
      name: 'repeated token, paced / the earlier build',
      found: ratio(({ paced }) => paced?.repeated.median),
      atMost: 1,
    },
    {
      name: 'repeated token, back to back / the earlier build',
      found: ratio(({ warm }) => warm?.repeated.median),
      atMost: 0.9,
    },
  ];
}

const nothing = { median: Number.NaN };
