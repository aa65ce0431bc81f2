import type { ApiRequest } from '../event/apiRequest.ts';
import type { MessageSigningSettings } from './messageSigningSettings.ts';
import { pathReadings } from './pathReadings.ts';
import { queryReadings } from './queryReadings.ts';

/** One way to read what the client sent out of an event that does not tell it all. */
export interface Reading {
  readonly path: string;
  /** without `?`, empty for none */
  readonly query: string;
  /** commas in header values stand for several values, joined by the API without the space of RFC 9421 */
  readonly commasJoin: boolean;
}

/** Readings tried at most: each costs a verification, of under half a millisecond. */
export const mostReadings = 64;

/**
 * The ways to read a request, the likeliest first: one where the event tells all, {@link mostReadings} at most. All of
 * them mean the same request to a backend that gets the same event.
 */
export function* readings(
  request: ApiRequest,
  { publicBasePath }: Pick<MessageSigningSettings, 'publicBasePath'>,
): Generator<Reading> {
  const { query } = request.target;
  const isPayload2 = 'raw' in query;
  let count = 0;
  for (const commasJoin of isPayload2 ? [false, true] : [false]) {
    for (const text of isPayload2 ? [query.raw] : queryReadings(query.decoded)) {
      for (const path of pathReadings(request, publicBasePath)) {
        yield { path, query: text, commasJoin };
        count += 1;
        if (count === mostReadings) return;
      }
    }
  }
}
