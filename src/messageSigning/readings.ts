import type { RequestTarget } from '../event/apiRequest.ts';
import type { MessageSigningSettings } from './messageSigningSettings.ts';
import { decodedPath, type PathSource, pathReadings } from './pathReadings.ts';
import { queryReadings } from './queryReadings.ts';

/** One way to read what the client sent out of an event that does not tell it all. */
export interface Reading {
  /** as `@target-uri` has it */
  readonly path: string;
  /** without `?`, empty for none */
  readonly query: string;
  /** whose spelling of the components it is */
  readonly spelling: Spelling;
  /** the path as `@path` and `@request-target` have it in the spelling `apple` */
  readonly decodedPath: string | undefined;
  /** commas in header values stand for several values, joined by the API without the space of RFC 9421 */
  readonly commasJoin: boolean;
}

/**
 * How components are written: `rfc9421`; `approov`: `@query` without its `?`, `@query-param` decoded; `apple`: so, and
 * `@path` and `@request-target` decoded too.
 */
export type Spelling = 'rfc9421' | 'approov' | 'apple';

/** What the covered components depend on: where a value is the same in all readings, they are not multiplied by it. */
export interface Dependencies {
  readonly path: boolean;
  readonly query: boolean;
  /** `@query`, or a `@query-param` that the spellings write differently */
  readonly queryComponent: boolean;
  /** `@path` or `@request-target` */
  readonly pathComponent: boolean;
  /** `@target-uri`, in which the path is never decoded */
  readonly targetUri: boolean;
  /** a header value in which the API may have joined lines */
  readonly joinedLines: boolean;
  /** characters of the signature base that are the same in all readings */
  readonly sharedLength: number;
  /** names in the order in which the signature covers them as `@query-param` */
  readonly namedParameters: readonly string[];
}

/** Readings tried at most: each costs a verification. */
export const mostReadings = 64;

/**
 * Characters written at most for all readings: those of 64 URLs of 2,000 characters. To take a parameter apart from the
 * others costs as much as to write 40 characters, and to hash four as much as to write one.
 */
const mostWritten = 128_000;
const perParameter = 40;
const perHashed = 0.25;

/**
 * The ways to read a request, the likeliest first: one where the event tells all, {@link mostReadings} at most, fewer for a
 * long URL. All of them mean the same request to a backend that gets the same event.
 */
export function* readings(
  request: PathSource,
  { publicBasePath }: Pick<MessageSigningSettings, 'publicBasePath'>,
  depends: Dependencies,
): Generator<Reading> {
  const { query } = request.target;
  const paths = depends.path ? pathReadings(request, publicBasePath) : [''];
  const decoded = depends.pathComponent ? decodedPath(request, publicBasePath) : undefined;
  const parameters = 'raw' in query ? 0 : query.decoded.length;
  const shared = parameters * perParameter + depends.sharedLength * perHashed;
  let left = mostReadings;
  let room = mostWritten;
  for (const commasJoin of depends.joinedLines ? [false, true] : [false]) {
    for (const text of depends.query ? queries(query, depends.namedParameters) : ['']) {
      for (const spelling of spellings(text)) {
        const ofUri = spelling === 'apple' && !depends.targetUri ? paths.slice(0, 1) : paths;
        for (const path of ofUri) {
          yield { path, query: text, spelling, decodedPath: decoded, commasJoin };
          left -= 1;
          room -= path.length + text.length + shared;
          if (left === 0 || room <= 0) return;
        }
      }
    }
  }

  function spellings(text: string): Spelling[] {
    const all: Spelling[] = ['rfc9421'];
    // Without the `?` before it, a query that starts with one would pass for another.
    if (text.startsWith('?')) return all;
    if (depends.queryComponent) all.push('approov');
    if (decoded !== undefined) all.push('apple');
    return all;
  }
}

function queries(query: RequestTarget['query'], named: readonly string[]): Iterable<string> {
  return 'raw' in query ? [query.raw] : queryReadings(query.decoded, named);
}
