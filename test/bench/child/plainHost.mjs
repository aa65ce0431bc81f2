/** Stands in for Lambda's runtime client where that is not installed: one invocation of the cold run's handler. */
const { handler } = await import('./cold.mjs');
await handler(JSON.parse(process.env.BENCH_EVENT), { awsRequestId: '00000000-0000-0000-0000-000000000000' });
