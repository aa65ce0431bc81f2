import type { Config } from '../../../src/config/settings.ts';
import type { LogLine } from '../../../src/log.ts';
import { type Platform, startAuthorizer } from '../../../src/start.ts';
import { type HttpRequest, headerValue } from './httpRequest.ts';

/** What a token says, and what the authorizer decides on the request with it. */
export interface Inspection {
  /** Decoded without verification, as JSON if it is JSON. Undefined when there is no such part. */
  readonly unverifiedHeader: unknown;
  readonly unverifiedClaims: unknown;
  /** The authorizer's log line. */
  readonly line: LogLine;
}

/**
 * Lets the authorizer's own code decide on a request, as if it came to an HTTP API. With payload 2.0 the query is the one
 * that the client sent.
 *
 * @param keys where secrets and key sets come from.
 * @param clock milliseconds since 1970 UTC.
 */
export async function inspectRequest(
  { method, url, headers }: HttpRequest,
  config: Config,
  keys: Pick<Platform, 'sourceOf' | 'fetchKeySet'>,
  clock: () => number,
): Promise<Inspection> {
  const lines: LogLine[] = [];
  const authorizer = startAuthorizer({ ...config, denial: 'policy', logLevel: 'info' }, [], {
    ...keys,
    write: (line) => lines.push(JSON.parse(line)),
    clock,
  });
  const { pathname, search, host } = new URL(url);
  const routeKey = `${method} ${pathname}`;
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  // A failure is thrown to API Gateway; the log line says the same.
  await authorizer({
    version: '2.0',
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:eu-west-1:000000000000:inspected/$default/${method}${pathname}`,
    routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: { host, ...Object.fromEntries(entries) },
    requestContext: {
      apiId: 'inspected',
      domainName: host,
      http: { method, path: pathname },
      requestId: 'inspected',
      routeKey,
      stage: '$default',
    },
  }).catch(() => undefined);
  const rawToken = headerValue(headers, config.tokenHeader)?.split(' ').at(-1);
  const [unverifiedHeader, unverifiedClaims] = rawToken?.split('.').map(decoded) ?? [];
  const line = lines.find(({ decision }) => decision !== undefined) as LogLine;
  return { unverifiedHeader, unverifiedClaims, line };
}

function decoded(part: string): unknown {
  const text = Buffer.from(part, 'base64url').toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
