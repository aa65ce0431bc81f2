/**
 * Measures cold start and warm decisions of the built authorizer at the share of a vCPU that Lambda gives for its memory:
 * `npm run bench:memory`. Needs root, for the limit is a cgroup's.
 */
import { parseArgs } from 'node:util';
import { installRuntimeClient } from '../verify/tools.ts';
import { buildArtifact } from './buildArtifact.ts';
import { childScript, runChild } from './child.ts';
import { coldRun } from './coldRun.ts';
import { type CpuShare, cpuShareSkip, makeCpuShare } from './cpuShare.ts';
import { requestEvent } from './event.ts';
import { machineFacts } from './results.ts';
import { type Stand, secret, startStand, userToken } from './stand.ts';
import { summarize } from './statistics.ts';
import { type Subject, subjectOf } from './subject.ts';

const sizes = [256, 512, 1024, 1769];
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '30' } } });
const rounds = Number(values.rounds);

/** The figures of one size, each of one fresh process; milliseconds, and microseconds where the name says so. */
interface Figures {
  /** Process start to first answer, limited throughout. */
  wall: number[];
  /** Start of loading to first answer, limited throughout. */
  sum: number[];
  /** The same with a whole CPU until the end of loading. */
  sumAfterLoad: number[];
  /** The first decision alone, limited from the end of loading on. */
  firstAfterLoad: number[];
  backToBackMicroseconds: number[];
  pacedMicroseconds: number[];
}

async function measure(): Promise<string> {
  await installRuntimeClient();
  const subject = subjectOf({ name: 'ours', title: 'this project', kind: 'ours' }, buildArtifact().file);
  const stand = await startStand();
  const shares = new Map<number, CpuShare>();
  try {
    for (const size of sizes) shares.set(size, makeCpuShare(size));
    // Fills the disk's cache.
    await coldRun(stand, subject);
    const figures = new Map(sizes.map((size) => [size, noFigures()]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [size, share] of shares) {
        const found = figures.get(size) as Figures;
        await measureCold(stand, subject, share, found);
        // Warm decisions vary little from process to process.
        if (round % 3 === 0) await measureWarm(stand, subject, share, found);
      }
    }
    return table(figures);
  } finally {
    await stand.close();
    for (const share of shares.values()) share.remove();
  }
}

async function measureCold(stand: Stand, subject: Subject, share: CpuShare, found: Figures) {
  const limited = await coldRun(stand, subject, { share });
  found.wall.push(limited.wall);
  found.sum.push(limited.sum);
  const afterLoad = await coldRun(stand, subject, { share, afterLoad: true });
  found.sumAfterLoad.push(afterLoad.sum);
  found.firstAfterLoad.push(afterLoad.first);
}

async function measureWarm(stand: Stand, subject: Subject, share: CpuShare, found: Figures) {
  const env = {
    ...stand.env,
    BENCH_SECRET: secret,
    BENCH_EVENT: JSON.stringify(requestEvent(undefined, userToken)),
  };
  const { distinct } = await runChild<{ distinct: number }>(
    subject,
    childScript('warm.mjs'),
    { ...env, BENCH_DECISIONS: '2000' },
    share,
  );
  found.backToBackMicroseconds.push(distinct);
  const paced = await runChild<{ distinct: number[] }>(
    subject,
    childScript('paced.mjs'),
    { ...env, BENCH_DECISIONS: '100', BENCH_PAUSE_MS: '20' },
    share,
  );
  found.pacedMicroseconds.push(...paced.distinct);
}

const noFigures = (): Figures => ({
  wall: [],
  sum: [],
  sumAfterLoad: [],
  firstAfterLoad: [],
  backToBackMicroseconds: [],
  pacedMicroseconds: [],
});

function table(figures: ReadonlyMap<number, Figures>): string {
  const { cpu, cores, node, host } = machineFacts();
  const cell = (found: readonly number[], digits = 0) => {
    const { median, p90 } = summarize(found);
    return `${median.toFixed(digits)} (${p90.toFixed(digits)})`;
  };
  const head = [
    'memory, MB',
    'cold start, ms',
    'with the start of Node.js, ms',
    'cold start, loaded on a whole vCPU, ms',
    'its first decision alone, ms',
    'warm, after a pause, µs',
    'warm, back to back, µs',
  ];
  const rows = [...figures].map(([size, found]) => [
    size.toLocaleString('en'),
    cell(found.sum),
    cell(found.wall),
    cell(found.sumAfterLoad),
    cell(found.firstAfterLoad),
    cell(found.pacedMicroseconds),
    cell(found.backToBackMicroseconds),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `${new Date().toISOString().slice(0, 10)}: Node ${node}, ${host}; ${cpu}, ${cores} cores.`,
    `${rounds} fresh processes for each size: median (90th percentile).`,
    '',
    line(head),
    line(head.map(() => '---:')),
    ...rows.map(line),
  ].join('\n');
}

console.log(cpuShareSkip === false ? await measure() : `Skipped: ${cpuShareSkip}.`);
