import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { mintToken } from '../../../../infra/tools/approov/mint.ts';
import { localOptions } from '../../../../infra/tools/local/localOptions.ts';
import { type LocalRun, startLocalRun } from '../../../support/localRun.ts';
import { freePort } from '../../../support/ports.ts';
import { command } from '../../support/command.ts';

/** The ports of a run, from the first. */
const offsets = [0, 1, 2];

suite('npm start', () => {
  let port: number;
  let run: LocalRun;
  before(async () => {
    port = await freePort();
    run = await startLocalRun(port);
  });
  after(() => run?.stop('SIGKILL'));

  const get = async (path: string) => {
    const key = Buffer.from(await run.secret(), 'base64');
    const token = mintToken({ claims: { exp: Math.floor(Date.now() / 1000) + 60 }, key });
    return fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'Approov-Token': token } });
  };

  test('a page of another site can neither end it nor call its functions', async () => {
    const bodies = ['\nconsole-report x\n', '\n{"decision":"allow"\n', '{}'];
    const path = '/2015-03-31/functions/approov-apigateway-dev-authorizer/invocations';
    // 3002 is where `serverless offline` takes direct calls unless it is told otherwise.
    for (const url of [
      ...offsets.map((offset) => `http://127.0.0.1:${port + offset}`),
      'http://127.0.0.1:3002',
    ]) {
      for (const body of bodies) {
        const headers = { 'Content-Type': 'text/plain', Origin: 'https://attacker.example' };
        const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body }).catch(() => undefined);
        assert.ok(!answer?.ok, url);
      }
    }
    await assert.rejects(fetch('http://127.0.0.1:3002'), 'nothing takes direct calls');
    assert.equal((await get('/hello')).status, 200);
    assert.equal((await fetch(run.url)).status, 200, 'the console runs');
  });

  test('a page whose name was rebound to this machine does not get the secret', async () => {
    const { hostname, port: standIn } = new URL(run.secretsManager);
    const headers = {
      Host: `attacker.example:${standIn}`,
      'X-Amz-Target': 'secretsmanager.GetSecretValue',
      Authorization: 'AWS4-',
    };
    const asked = request({ hostname, port: standIn, method: 'POST', headers });
    asked.end('{"SecretId":"approov-apigateway-dev/token-secret"}');
    const [answer] = await once(asked, 'response');
    assert.equal(answer.statusCode, 403);
  });

  test('the REST API is logged as such', async () => {
    assert.equal((await get('/dev/hello')).status, 200);
    const isLogged = () => run.lines.some((line) => line.includes('"apiType":"rest"'));
    for (let wait = 0; !isLogged(); wait += 1) {
      assert.ok(wait < 100, 'the log line');
      await sleep(100);
    }
  });

  const ends: { case: string; end: () => Promise<unknown> }[] = [
    { case: 'it is killed', end: () => run.stop('SIGKILL') },
    { case: 'its terminal is closed', end: () => run.stop('SIGHUP') },
    {
      case: 'nobody reads its output any more',
      end: async () => {
        const closed = once(run.process, 'close');
        run.process.stdout?.destroy();
        await get('/hello').catch(() => undefined);
        await closed;
      },
    },
  ];
  for (const { case: title, end } of ends) {
    test(`nothing is left when ${title}`, async () => {
      if (run.process.exitCode !== null || run.process.signalCode !== null) run = await startLocalRun(port);
      const [, keyFile = ''] = /--key-file (\S+)/.exec(run.lines.join('\n')) ?? [];
      assert.ok(existsSync(keyFile));
      await end();
      for (let wait = 0; (await openPorts()).length > 0 || existsSync(keyFile); wait += 1) {
        assert.ok(wait < 100, `${await openPorts()}, ${existsSync(keyFile)}`);
        await sleep(100);
      }
    });
  }

  async function openPorts(): Promise<number[]> {
    const states = await Promise.all(
      offsets.map(async (offset) => {
        const socket = connect(port + offset, '127.0.0.1');
        const isOpen = await once(socket, 'connect').then(
          () => true,
          () => false,
        );
        socket.destroy();
        return isOpen ? [port + offset] : [];
      }),
    );
    return states.flat();
  }
});

suite('the options of npm start', () => {
  test('name a port that is taken, and say how to choose another', async () => {
    // The port of the second pair of APIs.
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const taken = (server.address() as { port: number }).port;
    const { code, stderr } = await command('infra/tools/local/start.ts', ['--port', String(taken - 2)]);
    server.close();
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^port ${taken} is taken: stop what uses it, or choose another`));
  });

  const wrong: { case: string; args: string[]; message: RegExp }[] = [
    { case: 'a port that is not a number', args: ['--port', 'http'], message: /^--port must be.*'http'$/ },
    { case: 'a port out of range', args: ['--port', '65534'], message: /^--port must be.*'65534'$/ },
    {
      case: 'every address at once',
      args: ['--host', '0.0.0.0'],
      message: /^--host must be.*'0\.0\.0\.0'$/,
    },
    {
      case: 'a name in place of an address',
      args: ['--host', 'phone'],
      message: /^--host must be.*'phone'$/,
    },
    { case: 'an unknown option', args: ['--twice'], message: /Unknown option '--twice'/ },
  ];
  for (const { case: title, args, message } of wrong) {
    test(`refuse ${title}`, () => {
      assert.throws(() => localOptions(args), { message });
    });
  }
});
