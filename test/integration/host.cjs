// Loads a built bundle as Lambda does, and answers the events that come over the IPC channel.
const { handler } = require(process.argv[2]);

process.on('message', ({ id, event }) => {
  handler(event).then(
    (response) => process.send({ id, response }),
    (error) => process.send({ id, error: { name: error.name, message: error.message, stack: error.stack } }),
  );
});
process.send('ready');
