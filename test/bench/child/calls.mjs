/**
 * Sends requests spread evenly over one simulated hour: the clock that the authorizer reads jumps before each request,
 * while the network keeps its real pace. The parent counts the calls that reach Secrets Manager.
 */
import { mintTokens } from '../tokens.ts';
import { loadSubject } from './loadSubject.mjs';
import { report } from './report.mjs';

const { BENCH_EVENT, BENCH_SECRET, BENCH_REQUESTS, BENCH_FORGED_EVERY } = process.env;
const requests = Number(BENCH_REQUESTS);
const forgedEvery = Number(BENCH_FORGED_EVERY);
const event = JSON.parse(BENCH_EVENT);
const hour = 3_600_000;
const batch = 1000;

const RealDate = Date;
const realNow = performance.now.bind(performance);
let skipped = 0;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [RealDate.now() + skipped]));
  }
  static now() {
    return RealDate.now() + skipped;
  }
};
performance.now = () => realNow() + skipped;

const decide = await loadSubject();
const outcome = { allowed: 0, refused: 0, failed: 0 };
const begun = realNow();
for (let sent = 0; sent < requests; sent += batch) {
  const good = mintTokens(BENCH_SECRET, batch);
  const forged = mintTokens(Buffer.alloc(64, 1).toString('base64'), batch);
  for (let index = 0; index < batch; index += 1) {
    const isForged = forgedEvery > 0 && (sent + index) % forgedEvery === 1;
    const token = (isForged ? forged : good)[index];
    // Real time that has passed counts towards the hour, so the hour keeps its length.
    skipped = Math.max(skipped, ((sent + index) * hour) / requests - (realNow() - begun));
    try {
      await decide(
        { ...event, headers: { ...event.headers, 'Approov-Token': token } },
        { awsRequestId: 'calls' },
      );
      outcome.allowed += 1;
    } catch (error) {
      if (error.message === 'Unauthorized') outcome.refused += 1;
      else outcome.failed += 1;
    }
    // A call in the background ends before the clock jumps again, so Secrets Manager takes no simulated time.
    do await new Promise(setImmediate);
    while (process.getActiveResourcesInfo().includes('TCPSocketWrap'));
  }
}
report({ ...outcome, residentBytes: process.memoryUsage.rss() });
process.exit();
