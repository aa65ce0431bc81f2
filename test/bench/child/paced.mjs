/**
 * Times single decisions with a pause between them, as requests that come now and then: on distinct tokens, then on one
 * repeated token. Microseconds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { mintTokens } from '../tokens.ts';
import { loadSubject } from './loadSubject.mjs';
import { report } from './report.mjs';

const { BENCH_EVENT, BENCH_SECRET, BENCH_DECISIONS, BENCH_PAUSE_MS } = process.env;
const event = JSON.parse(BENCH_EVENT);
const context = { awsRequestId: '00000000-0000-0000-0000-000000000000' };
const decide = await loadSubject();
const warmUp = 200;

const microseconds = async (token) => {
  const sent = { ...event, headers: { ...event.headers, 'Approov-Token': token } };
  const begun = performance.now();
  await decide(sent, context);
  return (performance.now() - begun) * 1000;
};
const paced = async (tokens) => {
  const times = [];
  for (const token of tokens) {
    await sleep(Number(BENCH_PAUSE_MS));
    times.push(await microseconds(token));
  }
  return times;
};

const decisions = Number(BENCH_DECISIONS);
const [warm, ...tokens] = [mintTokens(BENCH_SECRET, warmUp), ...mintTokens(BENCH_SECRET, decisions)];
for (const token of warm) await microseconds(token);
const distinct = await paced(tokens);
const repeated = await paced(new Array(decisions).fill(tokens.at(-1)));
report({ distinct, repeated });
process.exit();
