/**
 * The Lambda handler of a cold run: loads the authorizer under test, times its first decision and reports both. It runs
 * under the real runtime client or under plainHost.mjs.
 */
import { writeFileSync } from 'node:fs';
import { loadSubject } from './loadSubject.mjs';
import { report } from './report.mjs';

const begun = performance.now();
const decide = await loadSubject();
const loaded = performance.now();
// With a CPU share from here on, initialization had a whole CPU.
const { BENCH_SHARE_AFTER_LOAD: processes } = process.env;
if (processes !== undefined) writeFileSync(processes, String(process.pid));
let isFirst = true;

export const handler = async (event, context) => {
  const asked = performance.now();
  const answer = await decide(event, context);
  const answered = performance.now();
  if (isFirst) {
    isFirst = false;
    report({
      load: loaded - begun,
      first: answered - asked,
      sum: answered - begun,
      residentBytes: process.memoryUsage.rss(),
      effect: answer.policyDocument.Statement[0].Effect,
    });
  }
  return answer;
};
