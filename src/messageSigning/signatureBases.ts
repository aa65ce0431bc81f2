import type { Config } from '../config/settings.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { componentValues, parameterName, type Reading, type Spelling } from './componentValues.ts';
import type { RawMessageSignature } from './locate.ts';
import { decodedPath, pathReadings } from './pathReadings.ts';
import { percentEncoder } from './percentEncode.ts';
import { queryReadings } from './queryReadings.ts';

/** What a signature base depends on. */
export type SignatureBaseSettings = Pick<Config, 'publicOrigin' | 'publicBasePath'>;

/**
 * Greatest number of bases, each of which costs a verification: all orders of five query parameters as RFC 3986 and OkHttp
 * write them, and the event's order as others do.
 */
export const mostBases = 260;

/** Most characters of all bases together: a longer request gets fewer. */
const mostWritten = 1_000_000;

/**
 * The first base is verified alone, then those up to the eighth together, then up to the 64th, then the rest: handing work to
 * another thread costs as much as the work.
 */
const growth = 8;

/**
 * Prepares the signature bases that a client may have signed for one request.
 *
 * @throws Refusal `message_signature_coverage`: a covered component is unknown, or not in the request
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.5} Creating the Signature Base
 */
export function signatureBases(
  { components, rawParameters }: Pick<RawMessageSignature, 'components' | 'rawParameters'>,
  request: ApiRequest,
  settings: SignatureBaseSettings,
) {
  const componentValue = componentValues(request, settings);
  const lines = components.map((component) => [component.identifier, componentValue(component)] as const);
  const namedParameters = components
    .filter(({ name }) => name === '@query-param')
    .map(({ parameters }) => parameterName(String(parameters.get('name'))) as string);
  const made: Uint8Array<ArrayBuffer>[] = [];
  const unmade = make();
  return { some };

  function baseOf(reading: Reading): string {
    const written = lines.map(
      ([identifier, value]) => `${identifier}: ${typeof value === 'string' ? value : value(reading)}\n`,
    );
    return `${written.join('')}"@signature-params": ${rawParameters}`;
  }

  /** Each base once. Many readings differ only in what the signature does not cover. */
  function* make(): Generator<Uint8Array<ArrayBuffer>> {
    const seen = new Set<string>();
    let room = mostWritten;
    for (const reading of readings(request, settings, namedParameters, baseOf)) {
      const base = baseOf(reading);
      room -= base.length;
      if (seen.has(base)) continue;
      seen.add(base);
      yield new TextEncoder().encode(base);
      if (seen.size === mostBases || room <= 0) return;
    }
  }

  /**
   * Tries the bases, most likely first, until one verifies. Call it once for each key.
   *
   * @param verifies takes a base as UTF-8 bytes
   * @throws Failure `event_invalid` when the host is unknown
   */
  async function some(verifies: (base: Uint8Array<ArrayBuffer>) => Promise<boolean>): Promise<boolean> {
    let start = 0;
    let end = 1;
    for (;;) {
      while (made.length < end) {
        const next = unmade.next();
        if (next.done) break;
        made.push(next.value);
      }
      const results = await Promise.all(made.slice(start, end).map(verifies));
      if (results.includes(true)) return true;
      if (made.length < end) return false;
      start = end;
      end *= growth;
    }
  }
}

/**
 * The possible readings of a request, most likely first: one when the event shows everything that is covered. A backend that
 * gets the same event cannot tell them apart.
 *
 * @param named query parameters that the signature covers one by one
 * @param baseOf shows whether a part of the request matters: where it does not, one reading of it is enough
 */
function* readings(
  request: ApiRequest,
  { publicBasePath }: SignatureBaseSettings,
  named: readonly string[],
  baseOf: (reading: Reading) => string,
): Generator<Reading> {
  const paths = pathReadings(request, publicBasePath);
  const decoded = decodedPath(request, publicBasePath);
  const [query = ''] = queriesOf(request, named);
  const likeliest: Reading = {
    path: paths[0] as string,
    query,
    spelling: 'rfc9421',
    decodedPath: decoded,
    commasJoin: false,
  };
  yield likeliest;

  const base = baseOf(likeliest);
  const matters = (change: Partial<Reading>) => baseOf({ ...likeliest, ...change }) !== base;
  const clients: Spelling[] = decoded === undefined ? ['approov'] : ['approov', 'apple'];
  const spellings = ['rfc9421', ...clients.filter((spelling) => matters({ spelling }))] as const;
  const queryMatters = matters({ query: `${query}&` });
  for (const commasJoin of matters({ commasJoin: true }) ? [false, true] : [false]) {
    for (const text of queryMatters ? queriesOf(request, named) : [query]) {
      // Without the `?` in front, a query that itself starts with `?` would pass for another query.
      for (const spelling of text.startsWith('?') ? spellings.slice(0, 1) : spellings) {
        for (const path of paths) yield { ...likeliest, path, query: text, spelling, commasJoin };
      }
    }
  }
}

/** What OkHttp sends in a query as it is, and signs escaped. */
const escapeUnwise = percentEncoder({ kept: ` !"#$%&'()*+,-./:;<=>?@[]_~` });

function queriesOf({ target }: ApiRequest, named: readonly string[]): Iterable<string> {
  const { query } = target();
  return 'raw' in query ? [query.raw, escapeUnwise(query.raw)] : queryReadings(query.decoded, named);
}
