import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buildPage } from './buildPage.ts';
import { consoleCalls } from './consoleCalls.ts';
import type { DecisionFeed } from './decisionFeed.ts';
import { docsPages } from './docsPages.ts';
import type { LocalRun } from './localRun.ts';
import { InputError } from './parseCurl.ts';
import { loopbackKey } from './protocol.ts';
import { refuseRequest, responseHeaders } from './requestGuard.ts';

/** A running console. */
export interface Console {
  /** The address to open. */
  readonly url: string;
  /** Stops it and closes every connection. */
  close(): Promise<void>;
}

/** The largest body of a call, in bytes. A token has at most 8,192 characters. */
const bodyLimit = 65_536;

/**
 * Serves the console's page and its interface.
 *
 * @param feed the decisions of the run.
 */
export async function startConsole(run: LocalRun, feed: DecisionFeed): Promise<Console> {
  const { host, consolePort } = run;
  const isShared = host !== '127.0.0.1';
  const key = isShared ? randomBytes(16).toString('base64url') : loopbackKey;
  const names = isShared ? [host] : ['localhost', '127.0.0.1'];
  const hosts = names.map((name) => `${name}:${consolePort}`);
  const files = new Map([...(await buildPage()), ...docsPages()]);
  const calls = consoleCalls(run, feed, isShared);

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const message = error instanceof InputError ? error.message : `The console failed: ${error}`;
      send(response, error instanceof InputError ? 400 : 500, { message });
    });
  });
  server.listen(consolePort, host);
  await once(server, 'listening');
  return {
    url: `http://${names[0]}:${consolePort}/${isShared ? `#key=${key}` : ''}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(responseHeaders)) response.setHeader(name, value);
    const refused = refuseRequest(request, hosts, key);
    if (refused) return send(response, refused.status, { message: refused.message });
    const { method, url = '' } = request;
    const file = files.get(url);
    if (method === 'GET' && file) {
      response.writeHead(200, { 'Content-Type': file.type }).end(file.body);
    } else if (method === 'GET' && url === '/api/stream') {
      stream(response);
    } else if (method === 'POST' && Object.hasOwn(calls, url)) {
      send(response, 200, await calls[url]?.(await jsonBody(request)));
    } else {
      send(response, 404, { message: 'There is nothing here.' });
    }
  }

  /** One JSON object a line, for as long as the page is open. */
  function stream(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    const end = feed.subscribe((item) => response.write(`${JSON.stringify(item)}\n`));
    response.on('close', end);
  }
}

function send(response: ServerResponse, status: number, content: unknown): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content));
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  if (request.headers['content-type'] !== 'application/json') throw new InputError('The body must be JSON.');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > bodyLimit) throw new InputError('This is too long.');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new InputError('The body must be JSON.');
  }
}
