import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { Agent } from 'node:https';
import { type Duplex, duplexPair } from 'node:stream';
import { suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { FetchError } from '../../../src/errors.ts';
import { fetchKeySet, largestKeySet } from '../../../src/keys/fetchKeySet.ts';

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
    const requests: {
      method?: string | undefined;
      url?: string | undefined;
      headers: IncomingHttpHeaders;
    }[] = [];
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

  const answers: { name: string; listener: RequestListener; error: string }[] = [
    {
      name: 'one byte more than that',
      listener: (_, response) => response.end(' '.repeat(largestKeySet + 1)),
      error: 'more than 150000 bytes',
    },
    ...[201, 204, 304, 404, 500, 503].map((status) => ({
      name: `the status ${status}`,
      listener: ((_, response) => response.writeHead(status).end()) as RequestListener,
      error: `status ${status}`,
    })),
    ...[301, 302, 303, 307, 308].map((status) => ({
      name: `a redirect with ${status}, which is not followed,`,
      listener: ((_, response) =>
        response
          .writeHead(status, { location: 'https://keys.example.com/' })
          .end('{"keys":[]}')) as RequestListener,
      error: `status ${status}`,
    })),
    {
      name: 'a connection that breaks before the response',
      listener: (request) => request.socket.destroy(),
      error: 'ECONNRESET',
    },
    {
      name: 'a body that is cut short',
      listener: (request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{', () => request.socket.destroy());
      },
      error: 'ECONNRESET',
    },
    {
      name: 'what is not HTTP',
      listener: (request) => request.socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
      error: 'HPE_INVALID_CONSTANT',
    },
  ];
  for (const { name, listener, error } of answers) {
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

  const stalls: { name: string; listener: RequestListener; error: string }[] = [
    { name: 'does not come', listener: () => {}, error: 'ABORT_ERR' },
    { name: 'stops in its middle', listener: (_, response) => response.write('{'), error: 'ECONNRESET' },
  ];
  for (const { name, listener, error } of stalls) {
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

  test('needs a connection, made by an agent of its own', async () => {
    await assert.rejects(fetchKeySet('https://127.0.0.1:1/', never), failsWith('Error'));
  });
});
