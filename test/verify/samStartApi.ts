import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parameterOverrides } from '../../infra/cloudformation/sam/local.ts';
import { freePort } from '../support/ports.ts';
import { samFolder } from './samFunctions.ts';
import { pythonTool, root } from './tools.ts';

/** Both APIs of the template on this machine. */
export interface SamApi {
  call(
    kind: 'rest' | 'http',
    token: string | undefined,
    method?: string,
  ): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

/**
 * Starts `sam local start-api` on the built template.
 *
 * @param environment of the SAM CLI.
 * @param variables of the functions, beside those of env.json
 * @throws Error with its output when it does not start within 30 s.
 */
export async function startSamApi(
  environment: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<SamApi> {
  const port = await freePort();
  const { Parameters } = JSON.parse(await readFile(`${samFolder}env.json`, 'utf8'));
  const envFile = `${root}.cache/sam-env.json`;
  await writeFile(envFile, JSON.stringify({ Parameters: { ...Parameters, ...variables } }));
  const options = ['--host', '127.0.0.1', '--port', String(port), '--warm-containers', 'LAZY'];
  const child = spawn(
    pythonTool('sam'),
    ['local', 'start-api', ...options, '--env-vars', envFile, ...parameterOverrides()],
    { cwd: samFolder, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const exited = once(child, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  for (let attempt = 0; !(await fetch(origin).catch(() => undefined)); attempt += 1) {
    if (child.exitCode !== null || attempt > 300) {
      child.kill();
      throw new Error(`sam local start-api does not start:\n${output.slice(-2000)}`);
    }
    await sleep(100);
  }
  return {
    call: async (kind, token, method = 'GET') => {
      const headers = token === undefined ? {} : { 'Approov-Token': token };
      const response = await fetch(`${origin}/${kind}/hello`, { method, headers });
      return { status: response.status, body: await response.json() };
    },
    stop: async () => {
      // It stops its containers.
      child.kill('SIGINT');
      await exited;
    },
  };
}
