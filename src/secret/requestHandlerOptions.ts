/** Time to connect to Secrets Manager, milliseconds. */
export const connectionTimeout = 1000;
/** Time for a whole call to Secrets Manager, milliseconds. */
export const requestTimeout = 2000;

/** A call fails soon: when to try again is the cache's decision. */
export const requestHandlerOptions = {
  connectionTimeout,
  requestTimeout,
  throwOnRequestTimeout: true,
  // Calls are minutes apart: a kept connection would be dead by then, and fail the call that a rotation waits for.
  httpsAgent: { keepAlive: false },
  httpAgent: { keepAlive: false },
};
