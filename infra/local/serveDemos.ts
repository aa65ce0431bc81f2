import { once } from 'node:events';
import { curlCommand } from '../approov/curl.ts';
import { refusalNote } from '../approov/demoRequests.ts';
import { CommandError } from '../command/runCommand.ts';
import type { Demo } from './runDemo.ts';

/**
 * Prints all requests as commands to paste, and then what the APIs and functions write, until it is interrupted.
 *
 * @param notes about the stand-ins, a line each.
 * @returns the exit code.
 * @throws CommandError when an emulation ends by itself.
 */
export async function serveDemos(
  demos: readonly Demo[],
  notes: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  for (const { name, requests } of demos.flatMap(({ apis }) => apis)) {
    process.stdout.write(`\n${name} API\n`);
    for (const { title, request, status } of requests) {
      process.stdout.write(`\n# ${title}: ${status}\n${curlCommand(request, ' ')}\n`);
    }
  }
  process.stdout.write(
    `\n${refusalNote}\n${notes.join('\n')}\n` +
      'The requests are valid for an hour. Ctrl-C stops everything. Below is the output of the APIs and functions.\n\n',
  );
  for (const { emulator } of demos) emulator.output.on('line', (line) => process.stdout.write(`${line}\n`));
  if (!signal.aborted) {
    await Promise.race([...demos.map(({ emulator }) => emulator.ended), once(signal, 'abort')]);
  }
  if (!signal.aborted) {
    throw new CommandError('serverless offline ended unexpectedly');
  }
  return 0;
}
