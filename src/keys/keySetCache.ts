import type { webcrypto } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Agent, get, type RequestOptions } from 'node:https';
import { FetchError } from '../errors.ts';
import type { AsymmetricAlgorithm } from '../token/algorithms.ts';
import { timeLimits } from './call.ts';
import { FetchedCache, type FetchedLife } from './fetchedCache.ts';
import type { FetchOptions } from './fetcher.ts';
import { importKeySet, type KeySet, readPublicKeys } from './keySet.ts';

/** What messages call a fetch. */
const call = 'GET';

/** What a {@link KeySetCache} is made of. */
export interface KeySetCacheOptions extends FetchOptions {
  /** Where the key set comes from: an https URL, or its text. */
  readonly origin: { readonly uri: string } | { readonly text: string };
  /** For which its keys are imported. */
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** How long what was fetched from a URL is used. */
  readonly life: FetchedLife;
  /** Fetches the text from a URL, once; throws FetchError. Default: {@link fetchKeySet}. */
  readonly fetchText?: ((uri: string, signal: AbortSignal) => Promise<string>) | undefined;
}

/** Keeps one key set, with the text that it was read from. */
export class KeySetCache extends FetchedCache<string, KeySet & { readonly text: string }> {
  constructor({ origin, algorithms, life, fetchText = fetchKeySet, ...options }: KeySetCacheOptions) {
    super({
      ...options,
      source: {
        call,
        timeout: timeLimits.keySetCall,
        fetch: async (signal) => ('text' in origin ? origin.text : fetchText(origin.uri, signal)),
      },
      life: 'uri' in origin ? life : { ttl: Number.POSITIVE_INFINITY, maxStale: Number.POSITIVE_INFINITY },
      async load(text, known) {
        if (known?.text === text) return known;
        return { ...(await importKeySet(readPublicKeys(text), algorithms)), text };
      },
    });
  }
}

/**
 * Finds the key that must have signed a token. When the set has none for its `kid`, it is fetched afresh, at most once in
 * 30 s for all such tokens, so that a new key is known at once.
 *
 * @param algorithm the token's `alg`, which the settings allow
 * @param kid the token's `kid`, as sent
 * @param arrivedAt when the request came, by the steady clock, in milliseconds
 * @returns undefined when the set has no such key
 * @throws Failure when there is no key set, or it lacks the key and cannot be fetched afresh: a new key must not be refused
 *   because its set is out of reach
 */
export async function findKey(
  keySetCache: KeySetCache,
  algorithm: AsymmetricAlgorithm,
  kid: unknown,
  arrivedAt: number,
): Promise<webcrypto.CryptoKey | undefined> {
  const seen = await keySetCache.current();
  const key = seen.keyFor(algorithm, kid);
  if (key || typeof kid !== 'string') return key;
  const fresh = await keySetCache.refreshAfterMismatch(seen, arrivedAt);
  const freshKey = fresh?.keyFor(algorithm, kid);
  if (!freshKey && keySetCache.failure) throw keySetCache.failure;
  return freshKey;
}

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
