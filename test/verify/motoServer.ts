import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { freePort } from '../support/ports.ts';
import { startPythonServer } from './pythonServer.ts';
import { offline, pythonTool } from './tools.ts';

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

/** Starts moto with the additions of moto_server.py. */
async function startMotoServer(): Promise<MotoServer> {
  const { endpoint, output, stop } = await startPythonServer({
    python: pythonTool('python'),
    script: 'moto_server.py',
    port: await freePort(),
    environment: offline,
    health: '/moto-api/config',
  });
  return {
    endpoint,
    unsupportedTypes: () => [
      ...new Set(
        [...output().matchAll(/No Moto CloudFormation support for (\S+)/g)].map(([, type]) => type as string),
      ),
    ],
    addedTypes: () => /^added: (.+)$/m.exec(output())?.[1]?.split(', ') ?? [],
    lastLines: () => output().slice(-1500),
    stop,
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
