import { writeSync } from 'node:fs';

/**
 * Reports a result to the parent process as JSON on file descriptor 3, because standard output belongs to the
 * authorizer.
 */
export function report(result) {
  writeSync(3, `${JSON.stringify(result)}\n`);
}
