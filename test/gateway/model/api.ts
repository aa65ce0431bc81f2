/** Kind of API, with the payload version where there are two. */
export type ApiKind = 'rest' | 'http1' | 'http2' | 'websocket';

/** An API with one REQUEST authorizer on all its routes, as its owner sets it up. */
export interface Api {
  readonly kind: ApiKind;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  /** Such as `method.request.header.Approov-Token` (REST, WebSocket) or `$request.header.Approov-Token` (HTTP API). */
  readonly identitySources: readonly string[];
  /** 0: nothing is cached. */
  readonly resultTtlSeconds: number;
  /** Status of the gateway response ACCESS_DENIED, which only REST APIs have. */
  readonly accessDeniedStatus: 401 | 403 | 404;
  /** Route templates; the most specific one that matches handles the request. */
  readonly routes: readonly Route[];
}

/** A route as declared: `GET /items/{id}`; `$connect` for WebSocket APIs. */
export interface Route {
  readonly method: string;
  readonly resource: string;
}

/** A request as a client sends it. */
export interface ClientRequest {
  readonly method: string;
  /** Below the stage, percent-encoded as sent, without the query. */
  readonly path: string;
  readonly query?: string;
  /** In the order and casing of the client; a name may occur twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** HTTP/2 has lower-case header names on the wire. */
  readonly httpVersion?: '1.1' | '2';
}

const selectors: Readonly<Record<ApiKind, string>> = {
  rest: 'method.request.header',
  http1: '$request.header',
  http2: '$request.header',
  websocket: 'route.request.header',
};

/** A header as an identity source. */
export const identitySource = (kind: ApiKind, header: string): string => `${selectors[kind]}.${header}`;

/** An API with defaults for what is not given. */
export function api(kind: ApiKind, overrides: Partial<Api> = {}): Api {
  return {
    kind,
    partition: 'aws',
    region: 'eu-west-1',
    accountId: '123456789012',
    apiId: 'abc123defg',
    stage: kind === 'http2' ? '$default' : 'prod',
    identitySources: [identitySource(kind, 'Approov-Token')],
    resultTtlSeconds: 300,
    accessDeniedStatus: 403,
    routes:
      kind === 'websocket'
        ? [{ method: '', resource: '$connect' }]
        : [
            { method: 'GET', resource: '/' },
            { method: 'GET', resource: '/items' },
            { method: 'GET', resource: '/items/{id}' },
            { method: 'DELETE', resource: '/items/{id}' },
            { method: 'ANY', resource: '/files/{proxy+}' },
          ],
    ...overrides,
  };
}

/** The ARN that API Gateway asks IAM about for this request. */
export function invokeArn(api: Api, { method, path }: ClientRequest): string {
  const stage = `arn:${api.partition}:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}`;
  return api.kind === 'websocket' ? `${stage}/$connect` : `${stage}/${method}${path}`;
}

/** The route that handles the request: literal segments before parameters, parameters before `{proxy+}`. */
export function routeOf(api: Api, { method, path }: ClientRequest): Route | undefined {
  if (api.kind === 'websocket') return api.routes[0];
  const fitting = api.routes.filter(
    (route) => [method, 'ANY'].includes(route.method) && pattern(route.resource).test(path),
  );
  const openness = ({ resource }: Route) =>
    (resource.match(/\{/g)?.length ?? 0) + (resource.includes('+}') ? 9 : 0);
  return fitting.sort((a, b) => openness(a) - openness(b))[0];
}

function pattern(resource: string): RegExp {
  const source = resource.replace(/\{\w+\+\}/g, '.+').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${source}$`);
}
