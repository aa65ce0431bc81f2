/** `npm run soak:managed`: 100,000 requests of many apps and users to two worker threads. Exit code 1 on anything mixed. */
import { installRuntimeClient } from '../verify/tools.ts';
import { soakManagedInstance } from './managedInstance.ts';

const [requests = 100_000, workers = 2] = process.argv.slice(2).map(Number);
console.log(`Lambda's runtime client: ${await installRuntimeClient()}`);
const figures = await soakManagedInstance(requests, workers);
console.log(JSON.stringify(figures, null, 2));
const { wrongAnswers, wrongLines, secretCalls } = figures;
if (wrongAnswers > 0 || wrongLines > 0 || secretCalls !== workers) process.exitCode = 1;
