import type { ApiRequest } from '../event/apiRequest.ts';
import { decodePercent, isCustomDomain } from '../event/target.ts';
import { percentEncoder } from './percentEncode.ts';

/** What RFC 3986 allows in a path segment, beside letters and digits. */
const segment = "-._~!$&'()*+,;=:@";

/** How URL builders write a path: RFC 3986 and most clients, JavaScript, strict, browsers. */
const encoders = [segment, "-._~!*'()", '-._~', `${segment}[]|`]
  .flatMap((kept) => [{ kept: `${kept}/` }, { kept: `${kept}/`, hex: 'lower' } as const])
  .map(percentEncoder);
const [encodePath] = encoders as [(path: string) => string];

/** Escapes what RFC 3986 forbids and keeps existing escapes, as okhttp does for `@target-uri`. */
const escapeForbidden = percentEncoder({ kept: `${segment}/%` });

/** Not sent in a path: white space, control characters, characters beyond ASCII, and `?` and `#`, which end it. */
const unsendable = /[^!-~]|[?#]/;
/** Characters that may be sent with or without an escape, that separate, or that could end a line of a signature base. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const ambiguous = /[\u0000-\u001f\u007f"#%<>?[\\\]^`{|}]/;

/**
 * The paths that the client may have written into the target URI, most likely first: the event's, then, when that may
 * be decoded, its possible encodings. REST APIs give the path as sent. HTTP APIs are reported to decode it, even in
 * `rawPath`.
 *
 * @param publicBasePath prefix that clients see in place of the stage or base path; as in the event if left out
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2.6} The empty path is `/`, but some clients sign it empty.
 */
export function pathReadings(request: ApiRequest, publicBasePath: string | undefined): string[] {
  const readings = new Set<string>();
  for (const { prefix, path } of seenPaths(request, publicBasePath)) {
    // The root of a stage is called with and without the slash.
    if (path === '' || path === '/') {
      for (const root of [prefix + path || '/', `${prefix}/`, prefix]) readings.add(root);
      continue;
    }
    const isSendable = !unsendable.test(path);
    if (isSendable) readings.add(prefix + path).add(prefix + escapeForbidden(path));
    if (request.apiType === 'http' || !isSendable) {
      for (const encode of encoders) readings.add(prefix + encode(path));
    }
  }
  return [...readings];
}

/**
 * The decoded path, which Approov's clients on Apple's systems sign as `@path` and in `@request-target`. It is given
 * only when it can stand for no other path: when every escape is of a character that cannot be sent without one. So
 * `/a%2Fb` never counts as `/a/b`, nor `/a%2520b` as `/a%20b`.
 *
 * @returns undefined when the path has no escapes, or any other escape
 */
export function decodedPath(request: ApiRequest, publicBasePath: string | undefined): string | undefined {
  const [seen, ...others] = seenPaths(request, publicBasePath);
  if (seen === undefined || others.length > 0) return undefined;
  const { prefix, path } = seen;
  const isDecoded = unsendable.test(path);
  // An HTTP API may already have decoded the path. What looks like an escape is then text.
  if (request.apiType === 'http') {
    return isDecoded && !ambiguous.test(path) ? prefix + path : undefined;
  }
  // Only spaces and characters beyond ASCII can have been escaped: they cannot be sent as they are.
  const decoded = isDecoded ? undefined : decodePercent(path);
  if (decoded === undefined || decoded === path || ambiguous.test(decoded)) return undefined;
  return encodePath(decoded) === path ? prefix + decoded : undefined;
}

/**
 * The paths under which the client may have called the route, each after a prefix that is never encoded; one when the event
 * leaves no doubt.
 */
function seenPaths(request: ApiRequest, publicBasePath: string | undefined) {
  const { apiType, stage } = request;
  const { domainName, path, pathBelowBase, query } = request.target();
  if (publicBasePath !== undefined && pathBelowBase !== undefined) {
    return [{ prefix: publicBasePath, path: pathBelowBase }];
  }
  const asEvent = { prefix: '', path };
  if (publicBasePath !== undefined || !isCustomDomain(domainName)) return [asEvent];
  // Clients of a custom domain do not see the stage. These events have the stage and not the base path, so two base
  // paths can be tried: one with the stage's name, and none.
  if (apiType === 'websocket') return [asEvent, { prefix: '', path: '/' }];
  const hasStage = 'raw' in query && pathBelowBase !== path && startsWith(path, `/${stage}`);
  const belowStage = path.slice(`/${stage}`.length);
  // If it starts with the stage's name again, it is also the path of another request, with the stage.
  if (!hasStage || startsWith(belowStage, `/${stage}`)) return [asEvent];
  return [asEvent, { prefix: '', path: belowStage }];
}

function startsWith(path: string, segment: string): boolean {
  return `${path}/`.startsWith(`${segment}/`);
}
