/** Asks the authorizer under test for a decision on each event, and reports answers and error messages. */
import { loadSubject } from './loadSubject.mjs';
import { report } from './report.mjs';

const decide = await loadSubject();
const answers = {};
for (const [name, event] of Object.entries(JSON.parse(process.env.BENCH_EVENTS))) {
  try {
    answers[name] = await decide(event, { awsRequestId: name });
  } catch (error) {
    answers[name] = { error: error.message };
  }
}
report(answers);
