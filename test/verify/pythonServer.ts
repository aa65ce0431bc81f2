import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './tools.ts';

/** A server of a Python tool on loopback. */
export interface PythonServer {
  readonly endpoint: string;
  /** All that it wrote so far. */
  output(): string;
  stop(): Promise<void>;
}

/** What is started, and how it is known to be up. */
export interface PythonServerOptions {
  readonly python: string;
  /** Name in test/verify/python. */
  readonly script: string;
  readonly port: number;
  /** Added to this process's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Path that it answers with a success once it is up. */
  readonly health: string;
}

/**
 * Starts a server of a Python tool, with the port as its argument.
 *
 * @throws Error with what it wrote, when it does not come up within 30 s.
 */
export async function startPythonServer(options: PythonServerOptions): Promise<PythonServer> {
  const { python, script, port, environment, health } = options;
  const child = spawn(python, [`${root}test/verify/python/${script}`, String(port)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const endpoint = `http://127.0.0.1:${port}`;
  for (let attempt = 0; ; attempt += 1) {
    const isUp = await fetch(`${endpoint}${health}`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) {
      break;
    }
    if (child.exitCode !== null || attempt > 300) {
      child.kill();
      throw new Error(`${script} does not start: ${output.slice(-2000)}`);
    }
    await sleep(100);
  }
  return {
    endpoint,
    output: () => output,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, 'exit');
      }
    },
  };
}
