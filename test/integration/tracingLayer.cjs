// Preloaded as the wrapper script of a tracing layer does it: wraps the handler that _HANDLER and LAMBDA_TASK_ROOT
// name as soon as it is required, and writes a line for each request and each answer that passes through the wrapper.
const { AwsLambdaInstrumentation } = require('@opentelemetry/instrumentation-aws-lambda');

const write = (line) => process.stdout.write(`${JSON.stringify({ level: 'info', ...line })}\n`);

new AwsLambdaInstrumentation({
  requestHook: () => write({ message: 'traced request' }),
  responseHook: (_span, { err }) => write({ message: 'traced response', reason: err?.message }),
});
