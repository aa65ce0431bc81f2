import type { ApiRequest } from '../event/apiRequest.ts';
import { isCustomDomain } from '../event/customDomain.ts';
import { percentEncoder } from './percentEncode.ts';

/** What RFC 3986 allows in a path segment, beside letters and digits. */
const segment = "-._~!$&'()*+,;=:@";

/** How URL builders write a path: RFC 3986 and most clients, JavaScript, strict, browsers. */
const encoders = [segment, "-._~!*'()", '-._~', `${segment}[]|`]
  .flatMap((kept) => [{ kept: `${kept}/` }, { kept: `${kept}/`, hex: 'lower' } as const])
  .map(percentEncoder);
const [encodePath] = encoders as [(path: string) => string];

/** Escapes what RFC 3986 does not allow and leaves escapes alone, as okhttp does for `@target-uri`. */
const escapeForbidden = percentEncoder({ kept: `${segment}/%` });

/** What no client sends in a path: white space, control characters, other than ASCII, `?` and `#`, which end it. */
const unsendable = /[^!-~]|[?#]/;
/** What may be sent both encoded and as it is, what separates, and what could pass for a line of a signature base. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const ambiguous = /[\u0000-\u001f\u007f"#%<>?[\\\]^`{|}]/;

/**
 * The paths that the client may have written into the target URI, the likeliest first: the event's, then, where the
 * event's is decoded, the ways in which it may have been encoded. REST APIs give the path as sent. HTTP APIs are reported
 * to decode it, also what they call `rawPath`.
 *
 * @param publicBasePath prefix that clients see in place of the stage or base path; as the event says if left out
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2.6} an empty path is `/`; some clients leave it empty
 */
export function pathReadings(request: PathSource, publicBasePath: string | undefined): string[] {
  const readings = new Set<string>();
  for (const { prefix, path } of seenPaths(request, publicBasePath)) {
    // The root of a stage is called with and without the slash.
    if (path === '' || path === '/') {
      for (const root of [prefix + path || '/', `${prefix}/`, prefix]) readings.add(root);
      continue;
    }
    if (!unsendable.test(path)) readings.add(prefix + path);
    if (request.apiType === 'http' || unsendable.test(path)) {
      for (const encode of encoders) readings.add(prefix + encode(path));
    } else {
      readings.add(prefix + escapeForbidden(path));
    }
  }
  return [...readings];
}

/**
 * The path as Approov's clients for Apple's systems sign it in `@path` and `@request-target`: decoded. It is told only where
 * no other path can be meant: each escape stands for a character that no path can hold, so that a slash, a dot or a percent
 * sign never takes the place of its escape, or the other way round.
 *
 * @returns undefined when the path has no escapes, or others
 */
export function decodedPath(request: PathSource, publicBasePath: string | undefined): string | undefined {
  const [seen, ...others] = seenPaths(request, publicBasePath);
  if (seen === undefined || others.length > 0) return undefined;
  const { prefix, path } = seen;
  const isDecoded = unsendable.test(path);
  // An HTTP API may have decoded the path already: an escape that is left is then part of the text.
  if (request.apiType === 'http') {
    return isDecoded && isUnambiguous(path) ? prefix + path : undefined;
  }
  const decoded = isDecoded ? undefined : decode(path);
  if (decoded === undefined || decoded === path || !isUnambiguous(decoded)) return undefined;
  return encodePath(decoded) === path ? prefix + decoded : undefined;
}

/** What a path is read from. */
export type PathSource = Pick<ApiRequest, 'apiType' | 'stage' | 'target'>;

interface SeenPath {
  /** never encoded */
  readonly prefix: string;
  readonly path: string;
}

/** Where the client may have seen the route: one path, where the event tells. */
function seenPaths({ apiType, stage, target }: PathSource, publicBasePath: string | undefined): SeenPath[] {
  const { path, pathBelowBase } = target;
  if (publicBasePath !== undefined && pathBelowBase !== undefined) {
    return [{ prefix: publicBasePath, path: pathBelowBase }];
  }
  const asEvent = { prefix: '', path };
  if (publicBasePath !== undefined || !isCustomDomain(target.domainName)) return [asEvent];
  // On a custom domain the client sees no stage, but these events have one, and do not name the base path. What can be
  // tried is a base path named as the stage, and none.
  if (apiType === 'websocket') return [asEvent, { prefix: '', path: '/' }];
  const hasStage = 'raw' in target.query && pathBelowBase !== path && startsWith(path, `/${stage}`);
  const belowStage = path.slice(`/${stage}`.length);
  // One that starts with the stage's name again would be another request's path with the stage.
  if (!hasStage || startsWith(belowStage, `/${stage}`)) return [asEvent];
  return [asEvent, { prefix: '', path: belowStage }];
}

function startsWith(path: string, segment: string): boolean {
  return `${path}/`.startsWith(`${segment}/`);
}

/** Whether all that was decoded are spaces and characters beyond ASCII: nobody can send these in a path. */
function isUnambiguous(decoded: string): boolean {
  return !ambiguous.test(decoded);
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
