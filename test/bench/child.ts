import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { CpuShare } from './cpuShare.ts';
import type { Subject } from './subject.ts';

/** Variables that every child process gets. */
export interface ChildEnvironment {
  readonly [name: string]: string;
}

/** How long a child may take, in milliseconds. */
const longest = 300_000;

/** The path of a script that children run. */
export function childScript(name: string): string {
  return fileURLToPath(new URL(`child/${name}`, import.meta.url));
}

/**
 * Runs a script in a fresh Node process with only these variables, and reads its report from file descriptor 3. The
 * process is ended after its report.
 *
 * @param script the file to run.
 * @param share limits the process from its start.
 * @throws Error when it ends or times out without a report; the message has its standard error.
 */
export async function runChild<Report>(
  subject: Subject,
  script: string,
  env: ChildEnvironment,
  share?: CpuShare,
): Promise<Report & { wall: number }> {
  const begun = performance.now();
  const command = share?.command(process.execPath, [script]) ?? [process.execPath, script];
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, {
    env: { ...env, ...subject.env, BENCH_SUBJECT: subject.file },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  // Lambda reads the log as it is written, and so does this.
  child.stdout?.resume();
  const complaint = text(child.stderr as NodeJS.ReadableStream);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const timer = setTimeout(() => child.kill('SIGKILL'), longest);
  try {
    const line = await firstLine(child.stdio[3] as NodeJS.ReadableStream);
    const wall = performance.now() - begun;
    if (line === undefined)
      throw new Error(`${subject.name}: ${script} reported nothing: ${await complaint}`);
    return { ...JSON.parse(line), wall };
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await exited;
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  let read = '';
  for await (const chunk of stream) {
    read += chunk;
    const end = read.indexOf('\n');
    if (end >= 0) return read.slice(0, end);
  }
  return undefined;
}
