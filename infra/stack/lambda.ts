/** What the functions of every stack have in common. */
export const lambda = {
  runtime: 'nodejs24.x',
  /** An HTTP API waits 10 s for its authorizer. Four calls for the secret, the most there are, end after 8. */
  timeoutSeconds: 9,
} as const;
