import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PolicyResponse, SimpleResponse } from '../../src/answer/respond.ts';
import type { LogLine } from '../../src/log.ts';

/** The answer of the artifact: a result or an error. */
export interface ArtifactAnswer {
  readonly response?: Partial<PolicyResponse & SimpleResponse>;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
}

/** A process that has loaded the built authorizer. */
export interface Artifact {
  answer(event: unknown): Promise<ArtifactAnswer>;
  /** Moves its clock forward. */
  advance(seconds: number): Promise<void>;
  /** Freezes the process, as Lambda does between two events. */
  freeze(): void;
  /** Lets the process continue. */
  thaw(): void;
  /** Everything written to standard output, parsed. */
  readonly lines: LogLine[];
  /** Everything written to standard output and standard error, as text. */
  readonly output: string[];
  stop(): Promise<void>;
}

const host = fileURLToPath(new URL('host.cjs', import.meta.url));

/** The environment that Lambda gives, with Secrets Manager at `endpoint`. */
export function lambdaEnvironment(endpoint: string, variables: Readonly<Record<string, string>>) {
  return {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_SESSION_TOKEN: 'example',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    APPROOV_SECRET_ID: 'approov/secret',
    ...variables,
  };
}

/** Starts an artifact, the authorizer by default. Fails when it does not load. */
export async function startArtifact(
  endpoint: string,
  variables: Readonly<Record<string, string>> = {},
  name: 'authorizer' | 'hello' = 'authorizer',
): Promise<Artifact> {
  const bundle = fileURLToPath(new URL(`../../dist/${name}/index.cjs`, import.meta.url));
  const child = fork(host, [bundle], {
    env: lambdaEnvironment(endpoint, variables),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: LogLine[] = [];
  const output: string[] = [];
  collectLines(child, lines, output);
  const waiting = new Map<number, (answer: ArtifactAnswer) => void>();
  let count = 0;
  // The lines were written before the answer. They are read before the next immediate, whichever pipe is read first.
  child.on('message', (message: { id: number } & ArtifactAnswer) =>
    setImmediate(() => waiting.get(message.id)?.(message)),
  );
  const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (first !== 'ready') throw new Error(`the artifact did not start: ${output.join('')}`);
  const ask = (message: object) =>
    new Promise<ArtifactAnswer>((resolve) => {
      const id = count++;
      waiting.set(id, resolve);
      child.send({ id, ...message });
    });
  return {
    lines,
    output,
    answer: (event) => ask({ event }),
    async advance(seconds) {
      await ask({ advance: seconds * 1000 });
    },
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function collectLines(child: ChildProcess, lines: LogLine[], output: string[]): void {
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.push(text);
    const parts = (rest + text).split('\n');
    rest = parts.pop() as string;
    lines.push(...parts.map((part) => JSON.parse(part)));
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => output.push(text));
}
