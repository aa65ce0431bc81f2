import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { Agent } from 'node:https';
import { type Duplex, duplexPair } from 'node:stream';
import { suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { FetchError } from '../../../src/errors.ts';
import { fetchKeySet, largestKeySet } from '../../../src/keys/keySetCache.ts';

const uri = 'https://keys.example.com:8443/a/jwks.json?b=c';

/** Node's own HTTP client and server, joined in memory. */
class MemoryAgent extends Agent {
  readonly connections: Duplex[] = [];
  readonly #server;

  constructor(listener: RequestListener) {
    super({ keepAlive: false });
    this.#server = createServer(listener);
  }

  override createConnection(): Duplex {
    const [client, server] = duplexPair();
    this.connections.push(client);
    // As a socket's other end does. Node.js 22 leaves a pair apart.
    server.on('close', () => client.destroy());
    this.#server.emit('connection', server);
    return client;
  }
}

const never = new AbortController().signal;
const answering = (listener: RequestListener) => fetchKeySet(uri, never, new MemoryAgent(listener));

const failsWith = (name: string) => (error: unknown) => {
  assert.ok(error instanceof FetchError);
  assert.deepEqual([error.message, error.cause], [`GET failed with ${name}`, undefined]);
  return true;
};

suite('the text of a key set by HTTPS', () => {
  test('is asked for once, uncompressed, at the configured URL', async () => {
    const requests: object[] = [];
    const text = await answering(({ method, url, headers }, response) => {
      requests.push({ method, url, headers });
      response.end('{"keys":[]}');
    });
    assert.equal(text, '{"keys":[]}');
    assert.deepEqual(requests, [
      {
        method: 'GET',
        url: '/a/jwks.json?b=c',
        headers: {
          host: 'keys.example.com:8443',
          accept: 'application/jwk-set+json, application/json',
          'accept-encoding': 'identity',
          connection: 'close',
        },
      },
    ]);
  });

  test('is UTF-8 in any number of pieces, with or without a byte order mark', async () => {
    const text = await answering((_, response) => {
      for (const byte of Buffer.from('\uFEFF{"é":1}')) response.write(Buffer.of(byte));
      response.end();
    });
    assert.equal(text, '{"é":1}');
  });

  test('may have the most bytes', async () => {
    const text = await answering((_, response) => response.end(' '.repeat(largestKeySet)));
    assert.equal(text.length, 150_000);
  });

  const redirect = { location: 'https://keys.example.com/' };
  const answers: [name: string, error: string, listener: RequestListener][] = [
    [
      'one byte more than that',
      'more than 150000 bytes',
      (_, response) => response.end(' '.repeat(largestKeySet + 1)),
    ],
    ...[201, 204, 304, 404, 500, 503].map((status): (typeof answers)[0] => [
      `the status ${status}`,
      `status ${status}`,
      (_, response) => response.writeHead(status).end(),
    ]),
    ...[301, 302, 303, 307, 308].map((status): (typeof answers)[0] => [
      `a redirect with ${status}, which is not followed,`,
      `status ${status}`,
      (_, response) => response.writeHead(status, redirect).end('{"keys":[]}'),
    ]),
    ['a connection that breaks before the response', 'ECONNRESET', (request) => request.socket.destroy()],
    [
      'a body that is cut short',
      'ECONNRESET',
      (request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{', () => request.socket.destroy());
      },
    ],
    ['what is not HTTP', 'HPE_INVALID_CONSTANT', (request) => request.socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
  ];
  for (const [name, error, listener] of answers) {
    test(`is not had from ${name}`, async () => {
      const agent = new MemoryAgent(listener);
      await assert.rejects(fetchKeySet(uri, never, agent), failsWith(error));
      await setImmediate();
      assert.deepEqual(
        agent.connections.map(({ destroyed }) => destroyed),
        [true],
      );
    });
  }

  test('stops being read when it is too long, although more would come', async () => {
    let sent = 0;
    await assert.rejects(
      answering((_, response) => {
        const send = () => {
          sent += 10_000;
          if (!response.destroyed && sent < 100 * largestKeySet) response.write(' '.repeat(10_000), send);
        };
        send();
      }),
      failsWith('more than 150000 bytes'),
    );
    assert.ok(sent < 2 * largestKeySet, `${sent} bytes`);
  });

  const stalls: [name: string, error: string, listener: RequestListener][] = [
    ['does not come', 'ABORT_ERR', () => {}],
    ['stops in its middle', 'ECONNRESET', (_, response) => response.write('{')],
  ];
  for (const [name, error, listener] of stalls) {
    test(`that ${name} is given up by the signal, and its connection with it`, async () => {
      const agent = new MemoryAgent(listener);
      const controller = new AbortController();
      const call = fetchKeySet(uri, controller.signal, agent);
      const failed = assert.rejects(call, failsWith(error));
      await setImmediate();
      assert.equal(agent.connections[0]?.destroyed, false);
      controller.abort();
      await failed;
      assert.equal(agent.connections[0]?.destroyed, true);
    });
  }

  test('needs a connection, made by its own agent', async () => {
    await assert.rejects(fetchKeySet('https://127.0.0.1:1/', never), failsWith('Error'));
  });
});
