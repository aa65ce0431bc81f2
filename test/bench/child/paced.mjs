/** Times single decisions on distinct tokens with a pause between them, as requests that come now and then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { mintTokens } from '../tokens.ts';
import { loadSubject } from './loadSubject.mjs';
import { report } from './report.mjs';

const { BENCH_EVENT, BENCH_SECRET, BENCH_DECISIONS, BENCH_PAUSE_MS } = process.env;
const event = JSON.parse(BENCH_EVENT);
const context = { awsRequestId: '00000000-0000-0000-0000-000000000000' };
const decide = await loadSubject();
const warmUp = 200;

const times = [];
for (const token of mintTokens(BENCH_SECRET, warmUp + Number(BENCH_DECISIONS))) {
  if (times.length >= warmUp) await sleep(Number(BENCH_PAUSE_MS));
  const begun = performance.now();
  await decide({ ...event, headers: { ...event.headers, 'Approov-Token': token } }, context);
  times.push((performance.now() - begun) * 1000);
}
report({ times: times.slice(warmUp) });
process.exit();
