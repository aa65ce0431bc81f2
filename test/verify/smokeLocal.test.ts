import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { freePort } from './freePort.ts';
import { runTool } from './runTool.ts';
import { root } from './tools.ts';

/** Settings of the local run, as infra/tools/local/start.ts gives them. */
const settings = {
  APPROOV_DENIAL: 'policy',
  APPROOV_BINDING_HEADERS: 'Authorization',
  APPROOV_BINDING: 'if-present',
  APPROOV_MESSAGE_SIGNING: 'install',
  APPROOV_MESSAGE_SIGNING_WITHOUT_KEY: 'allow',
};

describe('npm run smoke against the APIs of npm start', () => {
  let port: number;
  let local: ChildProcess;
  let secretsManager: string;

  before(async () => {
    port = await freePort();
    const child = spawn(process.execPath, [`${root}infra/tools/local/start.ts`, '--port', String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    local = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const [, endpoint] = /AWS_ENDPOINT_URL_SECRETS_MANAGER=([^,]+)/.exec(line) ?? [];
      if (endpoint !== undefined) {
        secretsManager = endpoint;
        break;
      }
    }
    child.stdout.resume();
    assert.ok(secretsManager, 'npm start ended');
  });

  after(async () => {
    if (local?.kill('SIGINT')) {
      await once(local, 'exit');
    }
  });

  it('finds no difference, and tries message signing', async (test) => {
    const origin = `http://localhost:${port}`;
    const urls = ['--rest-url', `${origin}/dev/hello`, '--http-url', `${origin}/hello`];
    const { stdout } = await runTool(
      process.execPath,
      [
        `${root}infra/tools/cli/smoke.ts`,
        ...['--secret-id', 'approov-apigateway-dev/token-secret'],
        ...urls,
        ...['--report', `${root}.cache/smoke-local.md`],
      ],
      {
        env: {
          ...settings,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager,
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
        },
      },
    );
    assert.doesNotMatch(stdout, /DIFFERS/);
    assert.match(stdout, /^HTTP +signed, query altered .* ok$/m);
    assert.match(stdout, /^REST +an Allow ends with its token.* ok$/m);
    test.diagnostic(stdout);
  });
});
