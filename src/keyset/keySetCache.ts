import { FetchedCache, type FetchedLife } from '../fetched/fetchedCache.ts';
import type { FetchOptions } from '../fetched/fetcher.ts';
import { timeLimits } from '../fetched/timeLimits.ts';
import type { AsymmetricAlgorithm } from '../token/signatureAlgorithm.ts';
import { fetchKeySet as fetchOverHttps } from './fetchKeySet.ts';
import { importKeySet, type KeySet } from './importKeySet.ts';
import { readPublicKeys } from './readPublicKeys.ts';

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
