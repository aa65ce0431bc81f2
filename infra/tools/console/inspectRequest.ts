import { readConfig } from '../../../src/config/readConfig.ts';
import type { RawSettings } from '../../../src/config/settings.ts';
import { startAuthorizer } from '../../../src/start.ts';
import { type HttpRequest, headerValue } from '../approov/httpRequest.ts';
import { type ApiGroup, findApi, type LocalRun } from './localRun.ts';
import { addHeader, InputError, parseCurl } from './parseCurl.ts';
import type { InspectInput, InspectResult } from './protocol.ts';

/**
 * Lets the authorizer's own code decide on a pasted token or request, with the settings and the secret of this run. It is
 * neither sent anywhere nor counted among the decisions, and an injected fault does not matter.
 *
 * @param clock milliseconds since 1970 UTC.
 * @throws InputError
 */
export async function inspectRequest(
  input: InspectInput,
  run: LocalRun,
  clock: () => number,
): Promise<InspectResult> {
  const found = findApi(run, input.api);
  if (found === undefined) throw new InputError('There is no such API.');
  const request = pastedRequest(input, found.api.url, found.group.settings);
  const lines: string[] = [];
  const authorizer = startAuthorizer(configFor(request, found.group), [], {
    sourceOf: (secretId) => async (stage) => run.secretsManager.version(secretId, stage),
    fetchKeySet: async (uri) => run.keySets[uri] ?? '',
    write: (line) => lines.push(line),
    clock,
  });
  // A failure is thrown to API Gateway; the log line says the same.
  await authorizer(authorizerEvent(request)).catch(() => undefined);
  const line = lines.map((text) => JSON.parse(text)).find(({ decision }) => decision !== undefined);
  const [unverifiedHeader, unverifiedClaims] = rawToken(request, found.group.settings)
    .split('.')
    .map(decoded);
  return { unverifiedHeader, unverifiedClaims, request, line };
}

function pastedRequest(
  { text, headers: more }: InspectInput,
  url: string,
  settings: RawSettings,
): HttpRequest {
  const pasted = text.trim();
  if (pasted === '') throw new InputError('Paste a token, or a request as a curl command.');
  const isCurl = /^curl\s/.test(pasted);
  const request = isCurl ? parseCurl(pasted) : { method: 'GET', url, headers: {} as Record<string, string> };
  if (!isCurl) {
    const { tokenHeader = 'Approov-Token', tokenPrefix } = settings;
    // The header's line may have been copied whole.
    const token = pasted.replace(new RegExp(`^${tokenHeader}:\\s*`, 'i'), '');
    if (/\s/.test(token)) throw new InputError('A token has no white space.');
    addHeader(
      request.headers,
      `${tokenHeader}: ${tokenPrefix === undefined ? '' : `${tokenPrefix} `}${token}`,
    );
  }
  for (const line of more.split('\n').filter((line) => line.trim() !== '')) addHeader(request.headers, line);
  return request;
}

/** The run's settings, for the place that the request was signed for. */
function configFor({ url }: HttpRequest, { settings }: ApiGroup) {
  const { config } = readConfig(
    {
      ...settings,
      ...(settings.publicOrigin !== undefined && { publicOrigin: new URL(url).origin }),
      denial: 'policy',
    },
    (name) => name,
  );
  return config;
}

/** The event of an HTTP API: with payload 2.0 the query string is the one that the client sent. */
function authorizerEvent({ method, url, headers }: HttpRequest): object {
  const { pathname, search, host } = new URL(url);
  const routeKey = `${method} ${pathname}`;
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
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
  };
}

function rawToken({ headers }: HttpRequest, { tokenHeader = 'Approov-Token' }: RawSettings): string {
  return headerValue(headers, tokenHeader)?.split(' ').at(-1) ?? '';
}

function decoded(part: string): unknown {
  const text = Buffer.from(part, 'base64url').toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
