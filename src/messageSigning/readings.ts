import type { Config } from '../config/settings.ts';
import type { RequestTarget } from '../event/apiRequest.ts';
import { decodedPath, type PathSource, pathReadings } from './pathReadings.ts';
import { queryReadings } from './queryReadings.ts';

/** One way to reconstruct what the client sent, from an event that does not show all of it. */
export interface Reading {
  /** as in `@target-uri` */
  readonly path: string;
  /** without `?`, empty for none */
  readonly query: string;
  /** how the client writes components */
  readonly spelling: Spelling;
  /** as in `@path` and `@request-target` of the spelling `apple` */
  readonly decodedPath: string | undefined;
  /** whether the API made the commas in header values, by joining lines without the space of RFC 9421 */
  readonly commasJoin: boolean;
}

/**
 * How components are written. `rfc9421`: as in the standard. `approov`: `@query` without its `?`, `@query-param`
 * decoded. `apple`: as `approov`, and the path in `@path` and `@request-target` decoded.
 */
export type Spelling = 'rfc9421' | 'approov' | 'apple';

/** What the covered components depend on. Readings that would give the same signature base are left out. */
export interface Dependencies {
  readonly path: boolean;
  readonly query: boolean;
  /** `@query`, or a `@query-param` that the spellings write differently */
  readonly queryComponent: boolean;
  /** `@path` or `@request-target` */
  readonly pathComponent: boolean;
  /** `@target-uri`, in which the path is never decoded */
  readonly targetUri: boolean;
  /** a header in which the API may have joined lines */
  readonly joinedLines: boolean;
  /** characters of the signature base that are the same in all readings */
  readonly sharedLength: number;
  /** names of the covered `@query-param` components, in order */
  readonly namedParameters: readonly string[];
}

/** Greatest number of readings, each of which costs a verification: all orders of four parameters, in two spellings. */
export const mostReadings = 48;

/**
 * Limit of the work for all readings, in characters of URLs: enough for 48 URLs of 2,000 characters. A parameter costs
 * as much as 40 characters, and a character that is only hashed as much as a quarter of one.
 */
const mostWritten = 96_000;
const perParameter = 40;
const perHashed = 0.25;

/**
 * The possible readings of a request, most likely first: one when the event shows everything, at most {@link
 * mostReadings}, and fewer for a long URL. A backend that gets the same event cannot tell them apart.
 */
export function* readings(
  request: PathSource,
  { publicBasePath }: Pick<Config, 'publicBasePath'>,
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
    // Without the `?` in front, a query that itself starts with `?` would pass for another query.
    if (text.startsWith('?')) return all;
    if (depends.queryComponent) all.push('approov');
    if (decoded !== undefined) all.push('apple');
    return all;
  }
}

function queries(query: RequestTarget['query'], named: readonly string[]): Iterable<string> {
  return 'raw' in query ? [query.raw] : queryReadings(query.decoded, named);
}
