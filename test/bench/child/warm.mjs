/** Times decisions one after another, as Lambda sends events: for distinct tokens, then for one repeated token. */
import { mintTokens } from '../tokens.ts';
import { loadSubject } from './loadSubject.mjs';
import { report } from './report.mjs';

const { BENCH_EVENT, BENCH_SECRET, BENCH_DECISIONS } = process.env;
const decisions = Number(BENCH_DECISIONS);
const event = JSON.parse(BENCH_EVENT);
const context = { awsRequestId: '00000000-0000-0000-0000-000000000000' };

const decide = await loadSubject();
const withToken = (token) => ({ ...event, headers: { ...event.headers, 'Approov-Token': token } });
const events = mintTokens(BENCH_SECRET, 2 * decisions).map(withToken);

async function microsecondsEach(some) {
  const begun = performance.now();
  for (const one of some) await decide(one, context);
  return ((performance.now() - begun) * 1000) / some.length;
}

await microsecondsEach(events.slice(0, decisions));
const distinct = await microsecondsEach(events.slice(decisions));
const again = new Array(decisions).fill(events[0]);
await microsecondsEach(again.slice(0, decisions / 10));
const repeated = await microsecondsEach(again);
report({ distinct, repeated });
process.exit();
