/** Time to connect to Secrets Manager, milliseconds. */
const connectionTimeout = 1000;

/** A connection fails soon; a call has a deadline of its own, and when to try again is the cache's decision. */
export const requestHandlerOptions = {
  connectionTimeout,
  // Calls are minutes apart: a kept connection would be dead by then, and fail the call that a rotation waits for.
  httpsAgent: { keepAlive: false },
  httpAgent: { keepAlive: false },
};
