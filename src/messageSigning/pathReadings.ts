import type { ApiRequest } from '../event/apiRequest.ts';
import { type PercentEncoding, percentEncode } from './percentEncode.ts';

/** How URL builders write a path segment: RFC 3986 and most clients, JavaScript, strict, browsers. */
const encodings: readonly PercentEncoding[] = [
  { kept: "-._~!$&'()*+,;=:@" },
  { kept: "-._~!*'()" },
  { kept: '-._~' },
  { kept: "-._~!$&'()*+,;=:@[]|" },
];

/** What no client sends in a path: white space, control characters, other than ASCII, `?` and `#`, which end it. */
const unsendable = /[^!-~]|[?#]/;
/** What some clients send in a path although RFC 3986 does not allow it there. */
const lenient = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/;

/**
 * The paths that the client may have written, the likeliest first: the event's, then, where the event's is decoded, how
 * it may have been encoded. REST APIs give the path as sent. HTTP APIs are reported to decode it, also what they call
 * `rawPath`.
 *
 * @param publicBasePath prefix that clients see in place of the stage; as the event says if left out
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2.6} an empty path is `/`
 */
export function pathReadings(
  { apiType, target }: Pick<ApiRequest, 'apiType' | 'target'>,
  publicBasePath: string | undefined,
): Iterable<string> {
  const prefix = publicBasePath ?? '';
  const path = publicBasePath === undefined ? target.path : target.pathBelowStage;
  // The root of a stage is called with and without the slash.
  if (path === '' || path === '/') return new Set([prefix + path || '/', prefix || '/', `${prefix}/`]);
  const readings = new Set<string>();
  if (!unsendable.test(path)) readings.add(prefix + path);
  if (apiType === 'http' || unsendable.test(path) || lenient.test(path)) {
    for (const encoding of encodings) {
      readings.add(prefix + encodePath(path, encoding));
      readings.add(prefix + encodePath(path, { ...encoding, hex: 'lower' }));
    }
  }
  return readings;
}

function encodePath(path: string, encoding: PercentEncoding): string {
  return path
    .split('/')
    .map((segment) => percentEncode(segment, encoding))
    .join('/');
}
