/**
 * `npm run bench` measures this authorizer and its alternatives in one run. `--quick` measures little, says so, and
 * writes nothing. `--earlier FILE` measures an earlier build of the authorizer's bundle in the same run.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installRuntimeClient } from '../verify/tools.ts';
import { checkAnswers } from './checkAnswers.ts';
import { type HourOfCalls, measureCalls } from './measureCalls.ts';
import { measureCold } from './measureCold.ts';
import { measurePaced } from './measurePaced.ts';
import { measureWarm } from './measureWarm.ts';
import { plot } from './plot.ts';
import { type BenchResults, machineFacts } from './results.ts';
import { startStand } from './stand.ts';
import { buildSubjects } from './subjects.ts';
import { resultTables } from './table.ts';
import { targets } from './targets.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '40' },
    earlier: { type: 'string' },
  },
});
const effort = values.quick
  ? { coldRuns: 5, warmRuns: 2, decisions: 2_000, pacedRuns: 2, pacedDecisions: 50, requests: 10_000 }
  : {
      coldRuns: Number(values.rounds),
      // Decisions vary less from process to process than cold starts.
      warmRuns: Math.ceil(Number(values.rounds) * 0.75),
      decisions: 3_000,
      pacedRuns: Math.ceil(Number(values.rounds) * 0.4),
      pacedDecisions: 100,
      requests: 100_000,
    };
const { coldRuns, warmRuns, decisions, pacedRuns, pacedDecisions, requests } = effort;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

await installRuntimeClient().catch((error: Error) => {
  console.log(
    `Cold starts under plain Node, because Lambda's runtime client is not installed: ${error.message}\n`,
  );
});
const stand = await startStand();
try {
  const subjects = await buildSubjects(stand, values.earlier);
  const authorizers = subjects.filter(({ kind }) => kind !== 'reference');
  for (const subject of authorizers) await checkAnswers(stand, subject);
  // The silent variant starts in the same way.
  const starting = authorizers.filter(({ name }) => name !== 'ours-silent');
  const cold = await measureCold(stand, starting, coldRuns);
  const warm = await measureWarm(stand, subjects, warmRuns, decisions);
  const paced = await measurePaced(stand, subjects, pacedRuns, pacedDecisions);
  const hours = new Map<string, HourOfCalls[]>();
  // The variants of this project make the same calls.
  for (const subject of starting.filter(
    ({ name, kind }) => kind !== 'limit' && !/(defaults|users|earlier)$/.test(name),
  )) {
    const calm = await measureCalls(stand, subject, requests, 0);
    hours.set(subject.name, [calm, await measureCalls(stand, subject, requests, 0.1)]);
  }
  const all: BenchResults = {
    date: new Date().toISOString(),
    machine: machineFacts(),
    ...effort,
    subjects: subjects.map(({ name, title, kind, bundleBytes, zipBytes }) => {
      const figures = {
        cold: cold.get(name),
        warm: warm.get(name),
        paced: paced.get(name),
        hours: hours.get(name),
      };
      return { name, title, kind, bundleBytes, zipBytes, ...figures };
    }),
  };
  console.log(resultTables(all));
  console.log('\n| target | found | at most |\n| --- | ---: | ---: |');
  for (const { name, found, atMost } of targets(all)) {
    console.log(`| ${name} | ${found.toFixed(2)}${found <= atMost ? '' : ' (missed)'} | ${atMost} |`);
  }
  if (values.quick) console.log('\nA quick run: too few processes for a verdict. Nothing was written.');
  else {
    writeFileSync(here('results.json'), `${JSON.stringify(all, null, 2)}\n`);
    writeFileSync(here('../../docs/bench.svg'), plot(all));
  }
} finally {
  await stand.close();
}
