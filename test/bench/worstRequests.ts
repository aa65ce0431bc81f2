import { arnOf } from '../cases/eventOf.ts';
/** Greatest size of request line and headers together that API Gateway accepts, in bytes. */
export const mostBytes = 10_240;

/** A request as it is sent. */
export interface Wire {
  readonly path?: string;
  /** without `?` */
  readonly query?: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The kinds of event that present a request differently. */
export const apis = ['rest', 'http1', 'http2'] as const;
/** See {@link apis}. */
export type Api = (typeof apis)[number];

/** Size of a request in HTTP/1.1. */
export function bytesOf({ path = '/hello', query = '', headers }: Wire): number {
  const lines = [
    `GET ${path}${query && `?${query}`} HTTP/1.1`,
    ...headers.map((header) => header.join(': ')),
  ];
  return Buffer.byteLength(`${lines.join('\r\n')}\r\n\r\n`);
}

/** The authorizer's event for a request to `api.example.com`, the path decoded by HTTP APIs. */
export function eventOf(api: Api, { path = '/hello', query = '', headers }: Wire) {
  const context = { stage: '$default', domainName: 'api.example.com', apiId: 'abc123', requestId: 'r' };
  const arn = arnOf('/GET/hello', '$default');
  const valuesOf = grouped(headers, api === 'rest' ? (name) => name : (name) => name.toLowerCase());
  if (api === 'http2') {
    return {
      version: '2.0',
      type: 'REQUEST',
      routeArn: arn,
      routeKey: '$default',
      rawPath: decodeURIComponent(path),
      rawQueryString: query,
      headers: Object.fromEntries([...valuesOf].map(([name, values]) => [name, values.join(',')])),
      requestContext: { ...context, http: { method: 'GET', path: decodeURIComponent(path) } },
    };
  }
  const eventPath = api === 'rest' ? path : decodeURIComponent(path);
  const parameters = grouped(new URLSearchParams(`&${query}`), (name) => name);
  return {
    ...(api === 'http1' && { version: '1.0' }),
    type: 'REQUEST',
    methodArn: arn,
    resource: '/{proxy+}',
    path: eventPath,
    httpMethod: 'GET',
    pathParameters: { proxy: eventPath.slice(1) },
    headers: Object.fromEntries([...valuesOf].map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(valuesOf),
    multiValueQueryStringParameters: Object.fromEntries(parameters),
    requestContext: { ...context, path: eventPath, httpMethod: 'GET' },
  };
}

function grouped(pairs: Iterable<readonly [string, string]>, keyOf: (name: string) => string) {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(keyOf(name), [...(groups.get(keyOf(name)) ?? []), value]);
  return groups;
}

/** The largest accepted request of a kind. `make` takes the number of repetitions of its piece. */
function largest(make: (count: number) => Wire): Wire {
  let count = 1;
  let step = 4096;
  while (step >= 1) {
    if (bytesOf(make(count + step)) <= mostBytes) count += step;
    else step = Math.floor(step / 2);
  }
  return make(count);
}

/** Costly requests of a client with a valid token, by name, with signatures of one label. */
export function withToken(token: string, label: 'install' | 'account', now: number): Record<string, Wire> {
  const minimum = ['"@method"', '"@target-uri"', '"approov-token"'];
  const bytes = label === 'install' ? 64 : 32;
  const forged = (more: readonly string[] = [], parameters = ''): Wire['headers'] => [
    ['Approov-Token', token],
    ['Signature-Input', `${label}=(${[...minimum, ...more].join(' ')});created=${now}${parameters}`],
    ['Signature', `${label}=:${Buffer.alloc(bytes, 9).toString('base64')}:`],
  ];
  const indexes = (count: number) => Array.from({ length: count }, (_, index) => index.toString(36));
  const everySpecial = encodeURIComponent(' !"#$%&\'()*,/:;<=>?@[\\]^`{|}~ä');
  const letters = [...'abcdefgh'];
  const inAllSpellings = ['"@query"', '"@path"', '"@request-target"', '"@query-param";name="a"'];
  return {
    'orders of eight parameters': { query: 'h=1&g=1&f=1&e=1&d=1&c=1&b=1&a=1', headers: forged() },
    'every way to write eight parameters': {
      query: letters.map((letter) => `${letter}=${everySpecial}`).join('&'),
      headers: forged(),
    },
    'every spelling, encoding and order': {
      path: '/a%20b',
      query: letters.map((letter) => `${letter}=${everySpecial}`).join('&'),
      headers: forged(inAllSpellings),
    },
    'a long query, escaped': largest((count) => ({
      query: `a=${everySpecial.repeat(count)}`,
      headers: forged(),
    })),
    'a long query, as it is': largest((count) => ({
      query: `a=${"!~*'/".repeat(count)}`,
      headers: forged(),
    })),
    'a long query in all spellings': largest((count) => ({
      query: `a=${"!~*'/".repeat(count)}`,
      headers: forged(inAllSpellings),
    })),
    'parameters without value': largest((count) => ({ query: '!&'.repeat(count), headers: forged() })),
    'parameters of different names': largest((count) => ({
      query: indexes(count).join('&'),
      headers: forged(),
    })),
    'covered parameters': largest((count) => ({
      query: indexes(count * 4).join('&'),
      headers: forged(indexes(count).map((name) => `"@query-param";name="${name}"`)),
    })),
    'a covered parameter in all spellings': largest((count) => ({
      query: `a=${'/'.repeat(count)}`,
      headers: forged(['"@query-param";name="a"']),
    })),
    'a long path, escaped': largest((count) => ({ path: `/${'%C3%A4'.repeat(count)}`, headers: forged() })),
    'a long path, escaped, covered': largest((count) => ({
      path: `/${'%C3%A4'.repeat(count)}`,
      headers: forged(['"@path"', '"@request-target"']),
    })),
    'a long path, as it is': largest((count) => ({ path: `/${"[!*'|".repeat(count)}`, headers: forged() })),
    'a path of slashes': largest((count) => ({ path: '/'.repeat(count), headers: forged() })),
    'a header of spaces': largest((count) => ({
      headers: [['X-A', `a${' '.repeat(count)}b,c`], ...forged(['"x-a"'])],
    })),
    'a header of commas': largest((count) => ({
      headers: [['X-A', `a${',a'.repeat(count)}`], ...forged(['"x-a"'])],
    })),
    'a header of spaces and commas': largest((count) => ({
      headers: [['X-A', `a${' , '.repeat(count)}a`], ...forged(['"x-a"'])],
    })),
    'a header of commas, and eight parameters': largest((count) => ({
      query: 'h=1&g=1&f=1&e=1&d=1&c=1&b=1&a=1',
      headers: [['X-A', `a${',a'.repeat(count)}`], ...forged(['"x-a"'])],
    })),
    'a header of many lines': largest((count) => ({
      headers: [...indexes(count).map(() => ['X', ''] as const), ...forged(['"x"'])],
    })),
    'covered headers': largest((count) => ({
      headers: [
        ...indexes(count).map((name) => [name, ''] as const),
        ...forged(indexes(count).map((name) => `"${name}"`)),
      ],
    })),
    'one name in many cases': largest((count) => ({
      headers: [...indexes(count).map((index) => [inCase('abcdefghij', index), ''] as const), ...forged()],
    })),
    'covered components that are missing': largest((count) => ({
      headers: forged(indexes(count).map((name) => `"x${name}"`)),
    })),
    'components with parameters': largest((count) => ({ headers: forged([`"x"${';a'.repeat(count)}`]) })),
    'signature parameters': largest((count) => ({ headers: forged([], ';a'.repeat(count)) })),
    'an escaped string': largest((count) => ({ headers: forged([], `;x="${'\\"'.repeat(count)}"`) })),
    'a display string': largest((count) => ({ headers: forged([], `;x=%"${'%c3%a4'.repeat(count)}"`) })),
    'other members': largest((count) => ({
      headers: [['Signature-Input', 'a,'.repeat(count)], ...forged()],
    })),
    'members of the label': largest((count) => ({
      headers: [...forged(), ['Signature', `${label},`.repeat(count)]],
    })),
    'lines of members': largest((count) => ({
      headers: [...forged(), ...indexes(count).map((index) => ['Signature', `a${index}`] as const)],
    })),
    'a signature in bytes': largest((count) => ({
      headers: [...forged().slice(0, 2), ['Signature', `${label}=:${'AAAA'.repeat(count)}:`]],
    })),
    'a signature in text': largest((count) => ({
      headers: [...forged().slice(0, 2), ['Signature', `${label}="${'AAAA'.repeat(count)}"`]],
    })),
    'folded lines': largest((count) => ({
      headers: [['X-A', `a${'\r\n '.repeat(count)}b`], ...forged(['"x-a"'])],
    })),
  };
}

/** Costly requests of clients without a valid token. `forge` signs claims with a key that is not the authorizer's. */
export function withoutToken(forge: (claims: string) => string): Record<string, Wire> {
  const token = (value: string): Wire => ({ headers: [['Approov-Token', value]] });
  return {
    'headers without value': largest((count) => ({
      headers: Array.from({ length: count }, (_, index) => [index.toString(36), ''] as const),
    })),
    'the token header in many cases': largest((count) => ({
      headers: Array.from({ length: count }, (_, index) => [
        inCase('approov-token', index.toString(36)),
        'a',
      ]),
    })),
    'many token headers': largest((count) => ({
      headers: Array.from({ length: count }, () => ['Approov-Token', ' '] as const),
    })),
    'parameters without value': largest((count) => ({
      query: Array.from({ length: count }, (_, index) => index.toString(36)).join('&'),
      headers: [],
    })),
    'a long path': largest((count) => ({ path: `/${'%61'.repeat(count)}`, headers: [] })),
    'a path of slashes': largest((count) => ({ path: '/'.repeat(count), headers: [] })),
    'a token of spaces': largest((count) => token(' '.repeat(count))),
    'a token of dots': largest((count) => token('.'.repeat(count))),
    'a token of capitals': largest((count) => token(`${'A'.repeat(count)}1`)),
    'a token of commas': largest((count) => token(','.repeat(count))),
    'a long status': largest((count) => ({ headers: [['Approov-Status', '\x01'.repeat(count)]] })),
    'a forged token': largest((count) => token(forge(`{"exp":1,"x":"${'a'.repeat(count)}"}`))),
    'a forged token, escaped': largest((count) => token(forge(`{"exp":1,"x":"${'\\u0061'.repeat(count)}"}`))),
    'a forged token of lists': largest((count) =>
      token(forge(`{"exp":1,"x":${'['.repeat(count)}${']'.repeat(count)}}`)),
    ),
    'a forged token of claims': largest((count) =>
      token(forge(`{"exp":1${Array.from({ length: count }, (_, index) => `,"${index}":0`).join('')}}`)),
    ),
    'a forged token with a long audience': largest((count) =>
      token(forge(`{"exp":1,"aud":[""${',""'.repeat(count)}]}`)),
    ),
  };
}

/** One of the spellings of a name in upper and lower case. */
function inCase(name: string, index: string): string {
  const bits = Number.parseInt(index, 36);
  return [...name].map((letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter)).join('');
}
