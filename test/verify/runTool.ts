import { execFile } from 'node:child_process';

/** The output of a program. */
export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how a program runs. */
export interface ToolOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** In milliseconds. */
  readonly timeout?: number;
  readonly input?: string;
}

/**
 * Runs a program to its end.
 *
 * @throws Error with its output when it cannot be run, fails or takes too long.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, env, timeout = 300_000, input }: ToolOptions = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) {
        resolve({ stdout, stderr });
      } else {
        const reason = error.killed ? `took over ${timeout} ms` : `failed (${error.code ?? error.message})`;
        reject(new Error(`${[command, ...args].join(' ')} ${reason}\n${stdout}${stderr}`.trim()));
      }
    });
    child.stdin?.end(input);
  });
}
