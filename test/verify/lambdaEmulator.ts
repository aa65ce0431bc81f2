import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, glob } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/ports.ts';
import { pythonTool, root, runtimeClient } from './tools.ts';

/** A function in the emulator. */
export interface LambdaEmulator {
  /**
   * Sends an event, as `sam local invoke` does. Resolves to the function's answer, or to `{ errorType, errorMessage }`.
   */
  invoke(event: unknown): Promise<unknown>;
  /** All lines of standard output so far that are JSON objects: the log of the function and the runtime client. */
  lines(): readonly Record<string, unknown>[];
  stop(): Promise<void>;
}

const isEmulated = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

/** Why the emulator does not run on this machine, or false. */
export const emulatorSkip: string | false =
  !isEmulated &&
  `the runtime interface emulator is for Linux on x64 and arm64, not ${process.platform} ${process.arch}`;

const jsonObject = /^\{.*\}$/;

/**
 * Starts a packaged function in the Lambda runtime interface emulator, with AWS's runtime client and Node.js 24. These
 * are the programs in the container of `sam local invoke`, run without the container. The SAM CLI brings the emulator.
 *
 * @param folder of the package.
 * @param environment of the function. Only `PATH` is added from this process.
 * @throws Error when it does not start, or when {@link emulatorSkip} is a reason.
 */
export async function startLambdaEmulator(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<LambdaEmulator> {
  const emulator = await emulatorProgram();
  const [port, apiPort] = [await freePort(), await freePort()];
  const address = (value: number) => `127.0.0.1:${value}`;
  const flags = ['--runtime-interface-emulator-address', address(port)];
  const runtime = [`${root}node_modules/.bin/node`, runtimeClient, 'index.handler'];
  const child = spawn(
    emulator,
    [...flags, '--runtime-api-address', address(apiPort), '--log-level', 'error', ...runtime],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        LAMBDA_TASK_ROOT: folder,
        _HANDLER: 'index.handler',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', () => {});
  await untilListening(port, child);
  return {
    invoke: async (event) => {
      const url = `http://${address(port)}/2015-03-31/functions/function/invocations`;
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(event),
        signal: AbortSignal.timeout(15_000),
      });
      const text = await response.text();
      // The function's last output may arrive after its answer.
      await sleep(50);
      return text === '' ? undefined : JSON.parse(text);
    },
    lines: () =>
      Buffer.concat(output)
        .toString()
        .split('\n')
        .filter((line) => jsonObject.test(line))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    },
  };
}

async function emulatorProgram(): Promise<string> {
  const architecture = { x64: 'x86_64', arm64: 'arm64' }[process.arch as string];
  const pattern = `../lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-${architecture}`;
  for await (const path of glob(pattern, { cwd: pythonTool('').slice(0, -1) })) {
    const program = `${pythonTool('')}${path}`;
    if (isEmulated && existsSync(program)) {
      await chmod(program, 0o755);
      return program;
    }
  }
  throw new Error(emulatorSkip || `the SAM CLI brings no aws-lambda-rie-${architecture}`);
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) {
      throw new Error(`the runtime interface emulator ended at once, with ${child.exitCode}`);
    }
    // Any answer will do. It answers this path with 404.
    const isUp = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (isUp) {
      return;
    }
    await sleep(50);
  }
  throw new Error('the runtime interface emulator does not listen after 5 s');
}
