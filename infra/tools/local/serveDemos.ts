import { once } from 'node:events';
import { curlCommand } from '../approov/curl.ts';
import { refusalNote } from '../approov/demoRequests.ts';
import { CommandError } from '../command/runCommand.ts';
import type { Demo } from './runDemo.ts';

/** What is printed before the output of the APIs. */
export interface Announcement {
  /** The first lines. */
  readonly heading: string;
  /** Whether all requests are printed as commands to paste. */
  readonly withCommands: boolean;
  /** About the stand-ins, a line each. */
  readonly notes: readonly string[];
}

/**
 * Prints the announcement, and then what the APIs and functions write, until it is interrupted.
 *
 * @returns the exit code.
 * @throws CommandError when an emulation ends by itself.
 */
export async function serveDemos(
  demos: readonly Demo[],
  { heading, withCommands, notes }: Announcement,
  signal: AbortSignal,
): Promise<number> {
  process.stdout.write(heading);
  if (withCommands) printCommands(demos);
  process.stdout.write(
    `\n${notes.join('\n')}\nCtrl-C stops everything. Below is the output of the APIs and functions.\n\n`,
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

function printCommands(demos: readonly Demo[]): void {
  for (const { name, requests } of demos.flatMap(({ apis }) => apis)) {
    process.stdout.write(`\n${name} API\n`);
    for (const { title, request, status } of requests) {
      process.stdout.write(`\n# ${title}: ${status}\n${curlCommand(request, ' ')}\n`);
    }
  }
  process.stdout.write(`\n${refusalNote}\nThe requests are valid for an hour.\n`);
}
