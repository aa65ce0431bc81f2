/** Longest pause between two failed fetches, milliseconds. */
const longest = 60_000;

/**
 * How long to leave Secrets Manager alone after a failed fetch: doubling from one second to a minute, with up to half of
 * it added at random so that many environments do not come back at once.
 *
 * @param failures failed fetches in a row, 1 or more
 * @param random 0 inclusive to 1 exclusive
 * @returns milliseconds, 1,000 to 60,000
 */
export function retryPause(failures: number, random: number): number {
  return Math.min(longest, 1000 * 2 ** (failures - 1) * (1 + random / 2));
}
