import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readAuthorizerEvent } from '../../../src/event/readEvent.ts';
import { arnOf } from '../../cases/eventOf.ts';
import { linesOf, mismatch, outcome, signedGet, token } from './support/signing.ts';

const generated = 'abc123.execute-api.eu-west-1.amazonaws.com';
const custom = 'api.example.com';

/** A call of a route, as the kind of API hands it on. */
interface Call {
  readonly api: 'rest' | 'http1' | 'http2' | 'websocket';
  readonly domain?: string;
  readonly stage?: string;
  /** paths in the event: of a 2.0 event `rawPath`, else `path` and `requestContext.path` */
  readonly path?: string;
  readonly contextPath?: string;
  /** of a 2.0 event the route key, without the method */
  readonly route?: string;
  readonly pathParameters?: Record<string, string> | null;
}

function requestOf({ api, domain = custom, stage = 'prod', path = '/', ...call }: Call, below: string) {
  const url = `https://${domain}${below}`;
  const { headers } = signedGet(linesOf({ '@method': 'GET', '@target-uri': url, 'approov-token': token }));
  const { route = '/payment', contextPath = path, pathParameters = null } = call;
  const context = { stage, domainName: domain, apiId: 'abc123' };
  const arn = arnOf('/GET/payment', stage);
  if (api === 'http2') {
    return readAuthorizerEvent({
      version: '2.0',
      type: 'REQUEST',
      routeArn: arn,
      routeKey: route === '$default' ? route : `GET ${route}`,
      rawPath: path,
      rawQueryString: '',
      headers: Object.fromEntries(headers),
      pathParameters,
      requestContext: { ...context, http: { method: 'GET', path } },
    });
  }
  const shared = { type: 'REQUEST', methodArn: arn, headers: Object.fromEntries(headers) };
  if (api === 'websocket') {
    return readAuthorizerEvent({
      ...shared,
      requestContext: { ...context, routeKey: '$connect', eventType: 'CONNECT', connectionId: 'c' },
    });
  }
  return readAuthorizerEvent({
    ...shared,
    ...(api === 'http1' && { version: '1.0' }),
    resource: route,
    path,
    httpMethod: 'GET',
    pathParameters,
    requestContext: { ...context, path: contextPath },
  });
}

/** `basePath` is `APPROOV_PUBLIC_BASE_PATH` as the settings have it: empty for `/`. */
type Case = [name: string, call: Call, called: string, basePath?: string | undefined, expected?: string];

/** A call whose event shows the base path, which the client calls with what is below it. */
type Shown = [name: string, call: Call, base: string, below: string];

/** Each call without the setting, with it, and behind proxies that change the base path. */
const everyBase = ([name, call, base, below]: Shown): Case[] => [
  [`${name}, unset`, call, base + below],
  [`${name}, set`, call, base + below, base],
  [`${name}, behind a proxy that adds a base path`, call, `/app${below}`, '/app'],
  [`${name}, behind a proxy that takes it away`, call, below, ''],
  [`${name}, doubled`, call, `${base}${base}${below}`, base, base && mismatch],
];

const greedy = (proxy: string) => ({ route: '/{proxy+}', pathParameters: { proxy } });
const items = { route: '/items/{id}', pathParameters: { id: '7' } };
const greedyBelow = { route: '/a/{proxy+}', pathParameters: { proxy: 'b/c' } };
const shown: Shown[] = [
  // REST and HTTP API 1.0: the path of the event carries the base path.
  ...(['rest', 'http1'] as const).flatMap((api): Shown[] => [
    [`${api}, mapping v1`, { api, path: '/v1/payment' }, '/v1', '/payment'],
    [`${api}, stage default`, { api, stage: 'default', path: '/v1/payment' }, '/v1', '/payment'],
    [`${api}, multi-level mapping`, { api, path: '/api/v1/payment' }, '/api/v1', '/payment'],
    [`${api}, empty mapping`, { api, path: '/payment' }, '', '/payment'],
    [`${api}, mapping without a stage`, { api, path: '/v1/prod/payment' }, '/v1/prod', '/payment'],
    [`${api}, mapping named as the stage`, { api, path: '/prod/payment' }, '/prod', '/payment'],
    [`${api}, mapping named as the route`, { api, path: '/payment/payment' }, '/payment', '/payment'],
    [`${api}, root`, { api, path: '/v1/', route: '/' }, '/v1', '/'],
    [`${api}, root without slash`, { api, path: '/v1', route: '/' }, '/v1', ''],
    [`${api}, path parameter`, { api, path: '/v1/items/7', ...items }, '/v1', '/items/7'],
    [`${api}, greedy`, { api, path: '/v1/v1/a/b', ...greedy('v1/a/b') }, '/v1', '/v1/a/b'],
    [`${api}, greedy below a route`, { api, path: '/v1/a/b/c/', ...greedyBelow }, '/v1', '/a/b/c/'],
    [`${api}, decoded parameter`, { api, path: '/v1/a%20b%2Fc', ...greedy('a b/c') }, '/v1', '/a%20b%2Fc'],
    [`${api}, encoded parameter`, { api, path: '/v1/a%2Fc', ...greedy('a%2Fc') }, '/v1', '/a%2Fc'],
  ]),
  ...(
    [
      ['', { path: '/payment', contextPath: '/prod/payment' }, '/payment'],
      [
        ', greedy, without parameters',
        { path: '/prod/x', contextPath: '/prod/prod/x', route: '/{proxy+}' },
        '/prod/x',
      ],
      [', root', { path: '/', contextPath: '/prod/', route: '/' }, '/'],
    ] as const
  ).map(
    ([name, call, below]): Shown => [
      `rest, generated domain${name}`,
      { api: 'rest', domain: generated, ...call },
      '/prod',
      below,
    ],
  ),
  ...(
    [
      ['', { path: '/prod/payment' }, '/prod'],
      [', $default route', { path: '/prod/payment', route: '$default' }, '/prod'],
      [', $default stage', { stage: '$default', path: '/payment' }, ''],
      [', $default stage and route', { stage: '$default', path: '/payment', route: '$default' }, ''],
    ] as const
  ).flatMap(([name, call, base]) =>
    (['http1', 'http2'] as const).map(
      (api): Shown => [
        `${api}, generated domain${name}`,
        { api, domain: generated, ...call },
        base,
        '/payment',
      ],
    ),
  ),
  // HTTP API 2.0: the path carries the stage and never the base path.
  ['http2, mapping named as the stage', { api: 'http2', path: '/prod/payment' }, '/prod', '/payment'],
  ...(
    [
      ['', { path: '/prod/payment' }, '/payment'],
      [', root', { path: '/prod/', route: '/' }, '/'],
      [', root without slash', { path: '/prod', route: '/' }, ''],
      [', $default route', { path: '/prod/payment', route: '$default' }, '/payment'],
      [', $default route, root without slash', { path: '/prod', route: '$default' }, '/'],
      [', $default stage', { stage: '$default', path: '/payment' }, '/payment'],
      [', greedy', { path: '/prod/a b/c', ...greedy('a b/c') }, '/a%20b/c'],
    ] as const
  ).map(
    ([name, call, below]): Shown => [`http2, empty mapping${name}`, { api: 'http2', ...call }, '', below],
  ),
];

const webSocket = { api: 'websocket' } as const;
const cases: Case[] = [
  ...shown.flatMap(everyBase),
  [
    'rest, parameters that do not match, on a custom domain: the path of the event is used',
    { api: 'rest', path: '/v1/x', ...greedy('y') },
    '/v1/x',
    '/v1',
  ],
  [
    'http1, $default route on a custom domain: the path of the event is used',
    { api: 'http1', path: '/v1/payment', route: '$default' },
    '/v1/payment',
    '/v1',
  ],
  [
    'http1, $default route on a custom domain: what looks like the stage stays',
    { api: 'http1', path: '/prod/payment', route: '$default' },
    '/payment',
    '',
    mismatch,
  ],
  ...['/v1', '/api/v1'].flatMap((base): Case[] => [
    [`http2, mapping ${base}, set`, { api: 'http2', path: '/prod/payment' }, `${base}/payment`, base],
    [
      `http2, mapping ${base}, $default stage, set`,
      { api: 'http2', stage: '$default', path: '/payment' },
      `${base}/payment`,
      base,
    ],
    [`http2, mapping ${base}, root, set`, { api: 'http2', path: '/prod', route: '/' }, base, base],
    [
      `http2, mapping ${base}, unset: the event does not have it`,
      { api: 'http2', path: '/prod/payment' },
      `${base}/payment`,
      undefined,
      mismatch,
    ],
  ]),
  // WebSocket: the event has no path.
  ['websocket, generated domain', { ...webSocket, domain: generated }, '/prod'],
  [
    'websocket, generated domain, without the stage',
    { ...webSocket, domain: generated },
    '/',
    undefined,
    mismatch,
  ],
  ['websocket, mapping named as the stage', webSocket, '/prod'],
  ['websocket, empty mapping', webSocket, '/'],
  ['websocket, empty mapping, without slash', webSocket, ''],
  ['websocket, mapping v1, unset', webSocket, '/v1', undefined, mismatch],
  ['websocket, mapping v1, set', webSocket, '/v1', '/v1'],
  ['websocket, set to none', webSocket, '/', ''],
];

suite('signatures of clients of custom domains are accepted', () => {
  for (const [name, call, called, publicBasePath, expected] of cases) {
    test(`${name}: ${called || 'no path'}`, async () => {
      const result = await outcome(requestOf(call, called), { settings: { publicBasePath } });
      assert.equal(result, expected || 'install');
    });
  }
});

suite('a signature does not verify for another path', () => {
  const p = (value: string) => ({ route: '/{p+}', pathParameters: { p: value } });
  const kindAndId = { route: '/{kind}/{id}', pathParameters: { kind: 'x', id: 'a/b' } };
  const attacks: [name: string, signed: string, call: Call, basePath?: string][] = [
    ['another route', '/v1/payment', { api: 'rest', path: '/v1/refund', route: '/refund' }, '/v1'],
    ['a segment more', '/v1/payment', { api: 'rest', path: '/v1/v1/payment', ...p('v1/payment') }, '/v1'],
    ['an encoded slash for a segment', '/v1/a/b', { api: 'http2', path: '/prod/x/a/b', ...kindAndId }, '/v1'],
    ['a parameter that ends as the path does', '/v1/b', { api: 'rest', path: '/v1/a/b', ...p('a/b') }, '/v1'],
    [
      'two places for the end of the base path',
      '/v1/%31',
      { api: 'rest', path: '/v1/%2F%31', ...p('%31') },
      '/v1',
    ],
    ['an escape in the base path', '/payment', { api: 'rest', path: '/%76%31/payment' }, ''],
    ['an empty segment in the base path', '/v1/payment', { api: 'rest', path: '/v1//payment' }, '/v1'],
    [
      'a path that starts with the stage, for the one below it',
      '/prod/payment',
      { api: 'http2', path: '/prod/prod/payment', ...p('prod/payment') },
    ],
    [
      'a path without the stage that starts as one with it',
      '/payment',
      { api: 'http2', path: '/prod/payment', route: '/prod/payment' },
    ],
    ['a stage that only begins alike', '/payment', { api: 'http2', path: '/production/payment' }],
    ['another stage', '/prod/payment', { api: 'http2', stage: 'dev', path: '/dev/payment' }],
    [
      'no stage on the generated domain',
      '/payment',
      { api: 'http2', domain: generated, path: '/prod/payment' },
    ],
    [
      'a proxy that prepends, on the $default route of a custom domain',
      '/v1/payment',
      { api: 'http1', path: '/payment', route: '$default' },
      '/v1',
    ],
  ];
  for (const [name, signed, call, publicBasePath] of attacks) {
    test(`${name}: ${signed}`, async () => {
      assert.equal(await outcome(requestOf(call, signed), { settings: { publicBasePath } }), mismatch);
    });
  }
});
