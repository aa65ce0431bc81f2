import { refusalNote } from '../approov/demoRequests.ts';
import { type Demo, runDemo } from './runDemo.ts';

/**
 * Sends all requests and prints a table for each emulation; on a difference also what the APIs and functions wrote.
 *
 * @returns the exit code: 1 on a difference.
 */
export async function compareDemos(demos: readonly Demo[]): Promise<number> {
  const lines: string[] = [];
  let found = 0;
  for (const { apis, emulator } of demos) {
    emulator.output.on('line', (line) => lines.push(line));
    const { table, differences } = await runDemo(apis, emulator);
    process.stdout.write(`${table}\n`);
    found += differences;
  }
  process.stdout.write(refusalNote);
  if (found > 0) {
    process.stdout.write(`\n${found} differences. Output of the APIs and functions:\n${lines.join('\n')}\n`);
  }
  return found === 0 ? 0 : 1;
}
