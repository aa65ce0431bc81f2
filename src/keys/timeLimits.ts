/** Every time limit of fetching, in milliseconds. How long what was fetched is used is a setting. */
export const timeLimits = {
  /** To connect to Secrets Manager. */
  connection: 1000,
  /** For a whole call to Secrets Manager, its body included, counted while the process is awake. */
  secretsManagerCall: 2000,
  /** For a whole call for a key set, counted in the same way. */
  keySetCall: 1500,
  /** A call that lasts this much longer than the process was awake was frozen; a slow process stays below it. */
  slowness: 500,
  /** How often a call under way counts that the process is awake. */
  beat: 100,
  /** A call frozen for longer than this is left over: its connection is likely gone, so nobody waits for it. */
  leftOver: 5000,
  /** The first pause after a failed call. Each further failure doubles it. */
  shortestPause: 1000,
  /** The longest pause after a failed call. */
  longestPause: 60_000,
  /** The least time between two fetches caused by signatures that do not verify, or by unknown keys. */
  mismatchRefresh: 30_000,
} as const;
