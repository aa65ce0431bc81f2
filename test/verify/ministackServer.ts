import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { freePort } from '../support/ports.ts';
import { type PythonServer, startPythonServer } from './pythonServer.ts';
import { ministackPython, offline } from './tools.ts';

/**
 * Starts ministack with the additions of ministack_server.py: an imitation of AWS on loopback that runs the functions of a
 * stack behind its APIs. Requests to AWS's APIs are authenticated, and a function has the rights of its role alone.
 */
export async function startMinistack(): Promise<PythonServer> {
  const folder = await mkdtemp(join(tmpdir(), 'ministack-'));
  const port = await freePort();
  const server = await startPythonServer({
    python: ministackPython,
    script: 'ministack_server.py',
    port,
    health: '/_ministack/health',
    environment: {
      ...offline,
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      LAMBDA_EXECUTOR: 'local',
      MINISTACK_REGION: offline.AWS_REGION,
      // Where it puts the packages of functions, and a file with its process id.
      TMPDIR: folder,
      // Functions run on the first node there is.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    },
  });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
