import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type SettingName, settings } from '../../../src/config/settings.ts';
import { CommandError } from '../command/runCommand.ts';

/** Options of the API Gateway emulation. */
export interface EmulatorOptions {
  host: string;
  /** Port of both APIs. */
  port: number;
  /** The Secrets Manager that the functions call. */
  secretsManagerEndpoint: string;
  /** File with the certificate that the functions trust, in PEM. Its folder is removed when this process is killed. */
  certificateFile: string;
  /** The authorizer's settings, as `createAuthorizer` takes them. */
  settings: Partial<Record<SettingName, string>>;
  /** The other stage parameters of serverless.yml. */
  parameters: Record<string, string>;
  /** Takes each report of `insideEmulator.ts`, as JSON. */
  onReport: (text: string) => void;
  /** Takes every line that the emulation or a function writes. */
  onLine: (line: string) => void;
  /** Aborts the start. */
  signal: AbortSignal;
}

/** `serverless offline` in another process. */
export interface Emulator {
  /** Resolves when it ends by itself. */
  readonly ended: Promise<void>;
  /** Ends it, by force after five seconds. */
  close(): Promise<void>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const inside = new URL('insideEmulator.ts', import.meta.url).href;
const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');

/**
 * Starts `serverless offline` with the APIs of serverless.yml on the built bundles, and waits until it answers.
 *
 * @throws CommandError with its last lines when it ends before that, or takes over a minute.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { host, port, onReport, onLine, signal } = options;
  const variables = Object.entries(options.settings).map(
    ([name, value]) => [settings[name as SettingName].variable, value] as const,
  );
  const given = [...variables, ...Object.entries(options.parameters)].map(
    ([name, value]) => `--param=${name}=${value}`,
  );
  const child = spawn(
    process.execPath,
    [
      ...['--import', inside, serverless, 'offline', `--host=${host}`, `--httpPort=${port}`, '--noSponsor'],
      ...given,
    ],
    {
      cwd: root,
      env: environment(options),
      // Standard input ends with this process. The last is for reports.
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      // The child has its own process group, so that Ctrl-C reaches only this process, which then stops the child.
      detached: true,
    },
  );
  const lastLines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      onLine(line);
      lastLines.push(line);
      if (lastLines.length > 40) lastLines.shift();
    });
  }
  createInterface({ input: child.stdio[3] as Readable }).on('line', onReport);
  const ended = once(child, 'close').then(() => undefined);
  const emulator: Emulator = {
    ended,
    async close() {
      child.kill('SIGINT');
      const isEnded = await Promise.race([ended.then(() => true), sleep(5000, false, { ref: false })]);
      if (!isEnded) child.kill('SIGKILL');
      await ended;
    },
  };
  const state = await Promise.race([
    answers(`http://${host}:${port}/`).then(() => 'ready'),
    ended.then(() => 'ended'),
    sleep(60_000, 'late', { ref: false }),
    interruption(signal),
  ]);
  if (state !== 'ready') {
    await emulator.close();
    if (state === 'interrupted') throw new CommandError('interrupted');
    throw new CommandError(`serverless offline did not start:\n${lastLines.join('\n')}`);
  }
  return emulator;
}

/** This process's environment, without the variables that lead to a real AWS account. */
function environment(options: EmulatorOptions): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(AWS_|APPROOV_|SLS_)/.test(name));
  return {
    ...Object.fromEntries(others),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: options.secretsManagerEndpoint,
    NODE_EXTRA_CA_CERTS: options.certificateFile,
    SLS_TELEMETRY_DISABLED: '1',
    SLS_NOTIFICATIONS_MODE: 'off',
    FORCE_COLOR: '0',
  };
}

async function interruption(signal: AbortSignal): Promise<'interrupted'> {
  if (!signal.aborted) await once(signal, 'abort');
  return 'interrupted';
}

async function answers(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      await sleep(200, undefined, { ref: false });
    }
  }
}
