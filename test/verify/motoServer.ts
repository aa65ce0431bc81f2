import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, afterEach, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './freePort.ts';
import { offline, pythonTool, root } from './tools.ts';

/** A running moto server, which emulates AWS's APIs on loopback. */
export interface MotoServer {
  readonly endpoint: string;
  /** Types of CloudFormation resources that were asked for and that moto lacks. */
  unsupportedTypes(): readonly string[];
  /** Types that moto_resources.py adds to its CloudFormation. */
  addedTypes(): readonly string[];
  /** The last lines of its log. */
  lastLines(): string;
  stop(): Promise<void>;
}

/**
 * Starts moto with the additions of moto_server.py.
 *
 * @throws Error with its output when it does not start within 30 s.
 */
async function startMotoServer(): Promise<MotoServer> {
  const port = await freePort();
  const child = spawn(pythonTool('python'), [`${root}test/verify/python/moto_server.py`, String(port)], {
    env: { ...process.env, ...offline },
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
    const isUp = await fetch(`${endpoint}/moto-api/config`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) {
      break;
    }
    if (child.exitCode !== null || attempt > 300) {
      child.kill();
      throw new Error(`moto does not start: ${output.slice(-2000)}`);
    }
    await sleep(100);
  }
  return {
    endpoint,
    unsupportedTypes: () => [
      ...new Set(
        [...output.matchAll(/No Moto CloudFormation support for (\S+)/g)].map(([, type]) => type as string),
      ),
    ],
    addedTypes: () => /^added: (.+)$/m.exec(output)?.[1]?.split(', ') ?? [],
    lastLines: () => output.slice(-1500),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, 'exit');
      }
    },
  };
}

/**
 * Starts a moto server before the tests of the calling suite, and stops it after them. The first test that fails while
 * moto's log has an error shows the end of that log.
 *
 * @returns a function that gives the server while the suite runs.
 */
export function motoInSuite(): () => MotoServer {
  let moto: MotoServer | undefined;
  let isLogShown = false;
  before(async () => {
    moto = await startMotoServer();
  });
  afterEach((test) => {
    const log = moto?.lastLines() ?? '';
    if ('passed' in test && !test.passed && log.includes('Error') && !isLogShown) {
      isLogShown = true;
      test.diagnostic(`The end of moto's log:\n${log}`);
    }
  });
  after(() => moto?.stop());
  return () => {
    assert.ok(moto, 'moto is not running');
    return moto;
  };
}
