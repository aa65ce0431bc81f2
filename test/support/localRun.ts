import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** `npm start` in its own process, without the build. */
export interface LocalRun {
  readonly process: ChildProcess;
  /** What it has written so far, a line each. */
  readonly lines: readonly string[];
  /** Address of the console. */
  readonly url: string;
  /** Of the stand-in for Secrets Manager. */
  readonly secretsManager: string;
  /** The base64 secret that the stand-in holds. */
  secret(): Promise<string>;
  /** Ends it, and waits until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts the local APIs with the console.
 *
 * @throws Error with the output, when its first line is not the console's address.
 */
export async function startLocalRun(port: number): Promise<LocalRun> {
  const script = fileURLToPath(new URL('../../infra/tools/local/start.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => lines.push(line));
  const [, secretsManager = ''] = await firstMatch(child, lines, /AWS_ENDPOINT_URL_SECRETS_MANAGER=(\S+),/);
  const [, url] = /^Console: (http:\S+)$/.exec(lines[0] ?? '') ?? [];
  if (url === undefined) throw new Error(`the first line is not an address: ${lines[0]}`);
  return {
    process: child,
    lines,
    url,
    secretsManager,
    secret: () => readSecret(secretsManager),
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      await closed;
    },
  };
}

async function firstMatch(
  child: ChildProcess,
  lines: readonly string[],
  pattern: RegExp,
): Promise<RegExpExecArray> {
  for (let wait = 0; wait < 900 && child.exitCode === null; wait += 1) {
    const found = lines.map((line) => pattern.exec(line)).find((match) => match !== null);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGINT');
  throw new Error(`npm start did not start:\n${lines.join('\n')}`);
}

async function readSecret(endpoint: string): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'X-Amz-Target': 'secretsmanager.GetSecretValue', Authorization: 'AWS4-HMAC-SHA256 unchecked' },
    body: JSON.stringify({ SecretId: 'approov-apigateway-dev/token-secret' }),
  });
  const { SecretString } = (await response.json()) as { SecretString: string };
  return SecretString;
}
