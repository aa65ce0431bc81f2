import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { suite, test } from 'node:test';
import { command } from '../../support/command.ts';

const start = (...args: string[]) => command('infra/tools/local/start.ts', args);

suite('npm start', () => {
  test('names a port that is taken, and says how to choose another', async () => {
    // The port for direct calls, the next but one.
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const taken = (server.address() as { port: number }).port;
    const { code, stderr } = await start('--port', String(taken - 2));
    server.close();
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^port ${taken} is taken: stop what uses it, or choose another`));
  });

  const wrong: { case: string; args: string[]; stderr: RegExp }[] = [
    { case: 'a port that is not a number', args: ['--port', 'http'], stderr: /^--port must be.*'http'\n$/ },
    { case: 'a port out of range', args: ['--port', '65534'], stderr: /^--port must be.*'65534'\n$/ },
    {
      case: 'every address at once',
      args: ['--host', '0.0.0.0'],
      stderr: /^--host must be.*'0\.0\.0\.0'\n$/,
    },
    {
      case: 'a name in place of an address',
      args: ['--host', 'phone'],
      stderr: /^--host must be.*'phone'\n$/,
    },
    { case: 'an unknown option', args: ['--twice'], stderr: /Unknown option '--twice'/ },
  ];
  for (const { case: title, args, stderr } of wrong) {
    test(`refuses ${title}`, async () => {
      const result = await start(...args);
      assert.equal(result.code, 2);
      assert.match(result.stderr, stderr);
    });
  }
});
