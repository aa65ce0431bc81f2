import type { webcrypto } from 'node:crypto';
import type { AsymmetricAlgorithm } from '../token/algorithms.ts';
import { FetchedCache, type FetchedLife } from './fetchedCache.ts';
import type { FetchOptions } from './fetcher.ts';
import { fetchKeySet as fetchOverHttps } from './fetchKeySet.ts';
import { importKeySet, type KeySet } from './keySet.ts';
import { readPublicKeys } from './readPublicKeys.ts';
import { timeLimits } from './timeLimits.ts';

/** Where a key set comes from: an https URL, or its text. */
export type KeySetOrigin = { readonly uri: string } | { readonly text: string };

/** A key set with the text that it was read from. */
export interface LoadedKeySet extends KeySet {
  readonly text: string;
}

/** Keeps one key set. */
export type KeySetCache = FetchedCache<string, LoadedKeySet>;

/**
 * Fetches the text of a key set from an https URL, once.
 *
 * @throws FetchError
 */
export type FetchKeySet = (uri: string, signal: AbortSignal) => Promise<string>;

/** What a {@link KeySetCache} is made of. */
export interface KeySetCacheOptions extends FetchOptions {
  readonly origin: KeySetOrigin;
  /** For which its keys are imported. */
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** How long what was fetched from a URL is used. */
  readonly life: FetchedLife;
  readonly fetchKeySet?: FetchKeySet;
}

/** Makes the cache of a key set. */
export function createKeySetCache({
  origin,
  algorithms,
  life,
  fetchKeySet = fetchOverHttps,
  ...options
}: KeySetCacheOptions): KeySetCache {
  return new FetchedCache<string, LoadedKeySet>({
    ...options,
    source: {
      call: 'GET',
      timeout: timeLimits.keySetCall,
      fetch: async (signal) => ('text' in origin ? origin.text : fetchKeySet(origin.uri, signal)),
    },
    life: 'uri' in origin ? life : { ttl: Number.POSITIVE_INFINITY, maxStale: Number.POSITIVE_INFINITY },
    async parse(text, known) {
      if (known?.text === text) return known;
      return { ...(await importKeySet(readPublicKeys(text), algorithms)), text };
    },
  });
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
