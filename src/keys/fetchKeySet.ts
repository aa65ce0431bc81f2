import type { IncomingMessage } from 'node:http';
import { Agent, get, type RequestOptions } from 'node:https';
import { FetchError } from '../errors.ts';

/** What messages call it. */
const call = 'GET';

/** Most bytes of a key set. */
export const largestKeySet = 150_000;

// Calls are an hour apart: a kept connection would be dead by then.
const oneCallAgent = new Agent({ keepAlive: false });

/**
 * Fetches the text of a key set in one call over HTTPS. Follows no redirect and tries once: when to try again is the
 * cache's decision. Not `fetch`, which loads undici: 10 to 15 ms of a cold start.
 *
 * @param uri https URL
 * @param signal aborted when nobody waits for the call any longer
 * @param agent makes the connection
 * @throws FetchError
 */
export async function fetchKeySet(
  uri: string,
  signal: AbortSignal,
  agent: Agent = oneCallAgent,
): Promise<string> {
  const headers = { accept: 'application/jwk-set+json, application/json', 'accept-encoding': 'identity' };
  try {
    return await readBody(await request(uri, { agent, headers, signal }));
  } catch (error) {
    throw error instanceof FetchError ? error : new FetchError(call, nameOf(error));
  }
}

function request(uri: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(uri, options, resolve).on('error', reject);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const { statusCode } = response;
  if (statusCode !== 200) {
    response.destroy();
    throw new FetchError(call, `status ${statusCode}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestKeySet) throw new FetchError(call, `more than ${largestKeySet} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** Its code or class, `ECONNRESET` or `TimeoutError`: a message may quote the response. */
function nameOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(typeof code === 'string' ? code : name);
}
