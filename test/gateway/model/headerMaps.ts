import type { Api, ClientRequest } from './api.ts';

/** The header maps of an event. */
export interface HeaderMaps {
  readonly headers: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
}

/**
 * Headers as each kind of API hands them to its functions: REST and WebSocket APIs keep the client's casing, give the
 * last of several values in `headers` and all of them in `multiValueHeaders`; HTTP APIs have lower-case names and join
 * several values with commas.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function headerMaps({ kind }: Pick<Api, 'kind'>, request: ClientRequest): HeaderMaps {
  const isHttpApi = kind === 'http1' || kind === 'http2';
  const lowers = isHttpApi || request.httpVersion === '2';
  const values: Record<string, string[]> = {};
  for (const [name, value] of request.headers) {
    const key = lowers ? name.toLowerCase() : name;
    values[key] = [...(values[key] ?? []), value];
  }
  const map = (join: (values: string[]) => string) =>
    Object.fromEntries(Object.entries(values).map(([name, all]) => [name, join(all)]));
  if (isHttpApi) return { headers: map((all) => all.join(',')) };
  return { headers: map((all) => all.at(-1) as string), multiValueHeaders: values };
}
