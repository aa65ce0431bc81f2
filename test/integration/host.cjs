// Loads a built bundle as Lambda does, and answers the events that arrive over the IPC channel. Its clock is the real
// one plus the time that the tests add.
const realNow = Date.now;
let added = 0;
Date.now = () => realNow() + added;

const { handler } = require(process.argv[2]);
const context = {
  awsRequestId: 'b61ae1b0-6d1e-4f2f-9d0c-0f4f8a5d0a11',
  functionName: 'function',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:function',
};

process.on('message', ({ id, event, advance }) => {
  if (advance !== undefined) {
    added += advance;
    process.send({ id });
    return;
  }
  handler(event, context).then(
    (response) => process.send({ id, response }),
    (error) => process.send({ id, error: { name: error.name, message: error.message, stack: error.stack } }),
  );
});
process.send('ready');
