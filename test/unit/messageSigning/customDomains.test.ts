import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readEvent } from '../../../src/event/authorizerEvent.ts';
import { minimum, outcome, signedGet } from './support/signing.ts';

const mismatch = 'message_signature_mismatch';
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

function requestOf({ api, domain = custom, stage = 'prod', path = '/', ...call }: Call, url: string) {
  const headers = signedGet(minimum.map(([id, value]) => [id, id === '"@target-uri"' ? url : value])).headers;
  const { route = '/payment', contextPath = path, pathParameters = null } = call;
  const context = { stage, domainName: domain, apiId: 'abc123' };
  const arn = `arn:aws:execute-api:eu-west-1:123456789012:abc123/${stage}/GET/payment`;
  if (api === 'http2') {
    return readEvent({
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
    return readEvent({
      ...shared,
      requestContext: { ...context, routeKey: '$connect', eventType: 'CONNECT', connectionId: 'c' },
    });
  }
  return readEvent({
    ...shared,
    ...(api === 'http1' && { version: '1.0' }),
    resource: route,
    path,
    httpMethod: 'GET',
    pathParameters,
    requestContext: { ...context, path: contextPath },
  });
}

interface Case {
  name: string;
  call: Call;
  /** what the client calls, below the origin */
  called: string;
  /** `APPROOV_PUBLIC_BASE_PATH` as the settings have it: empty for `/` */
  basePath?: string;
  expected?: string;
}

/** One call without the setting, with it, and behind proxies that change the base path. */
function triple(name: string, call: Call, base: string, below: string): Case[] {
  return [
    { name: `${name}, unset`, call, called: base + below },
    { name: `${name}, set`, call, called: base + below, basePath: base },
    { name: `${name}, behind a proxy that adds a base path`, call, called: `/app${below}`, basePath: '/app' },
    { name: `${name}, behind a proxy that takes it away`, call, called: below, basePath: '' },
    {
      name: `${name}, doubled`,
      call,
      called: `${base}${base}${below}`,
      basePath: base,
      expected: base && mismatch,
    },
  ];
}

const cases: Case[] = [
  // REST and HTTP API 1.0: the path of the event carries the base path.
  ...(['rest', 'http1'] as const).flatMap((api): Case[] => [
    ...triple(`${api}, mapping v1`, { api, path: '/v1/payment' }, '/v1', '/payment'),
    ...triple(`${api}, stage default`, { api, stage: 'default', path: '/v1/payment' }, '/v1', '/payment'),
    ...triple(`${api}, multi-level mapping`, { api, path: '/api/v1/payment' }, '/api/v1', '/payment'),
    ...triple(`${api}, empty mapping`, { api, path: '/payment' }, '', '/payment'),
    ...triple(`${api}, mapping without a stage`, { api, path: '/v1/prod/payment' }, '/v1/prod', '/payment'),
    ...triple(`${api}, mapping named as the stage`, { api, path: '/prod/payment' }, '/prod', '/payment'),
    ...triple(
      `${api}, mapping named as the route`,
      { api, path: '/payment/payment' },
      '/payment',
      '/payment',
    ),
    ...triple(`${api}, root`, { api, path: '/v1/', route: '/' }, '/v1', '/'),
    ...triple(`${api}, root without slash`, { api, path: '/v1', route: '/' }, '/v1', ''),
    ...triple(
      `${api}, path parameter`,
      { api, path: '/v1/items/7', route: '/items/{id}', pathParameters: { id: '7' } },
      '/v1',
      '/items/7',
    ),
    ...triple(
      `${api}, greedy`,
      { api, path: '/v1/v1/a/b', route: '/{proxy+}', pathParameters: { proxy: 'v1/a/b' } },
      '/v1',
      '/v1/a/b',
    ),
    ...triple(
      `${api}, greedy below a route`,
      { api, path: '/v1/a/b/c/', route: '/a/{proxy+}', pathParameters: { proxy: 'b/c' } },
      '/v1',
      '/a/b/c/',
    ),
    ...triple(
      `${api}, decoded parameter`,
      { api, path: '/v1/a%20b%2Fc', route: '/{proxy+}', pathParameters: { proxy: 'a b/c' } },
      '/v1',
      '/a%20b%2Fc',
    ),
    ...triple(
      `${api}, encoded parameter`,
      { api, path: '/v1/a%20b%2Fc', route: '/{proxy+}', pathParameters: { proxy: 'a%20b%2Fc' } },
      '/v1',
      '/a%20b%2Fc',
    ),
  ]),
  ...triple(
    'rest, generated domain',
    { api: 'rest', domain: generated, path: '/payment', contextPath: '/prod/payment' },
    '/prod',
    '/payment',
  ),
  ...triple(
    'rest, generated domain, greedy, without parameters',
    {
      api: 'rest',
      domain: generated,
      path: '/prod/x',
      contextPath: '/prod/prod/x',
      route: '/{proxy+}',
    },
    '/prod',
    '/prod/x',
  ),
  ...triple(
    'rest, generated domain, root',
    { api: 'rest', domain: generated, path: '/', contextPath: '/prod/', route: '/' },
    '/prod',
    '/',
  ),
  {
    name: 'rest, parameters that do not match, on a custom domain: the path of the event is used',
    call: { api: 'rest', path: '/v1/x', route: '/{proxy+}', pathParameters: { proxy: 'y' } },
    called: '/v1/x',
    basePath: '/v1',
  },
  ...triple(
    'http1, generated domain',
    { api: 'http1', domain: generated, path: '/prod/payment' },
    '/prod',
    '/payment',
  ),
  ...triple(
    'http1, generated domain, $default route',
    { api: 'http1', domain: generated, path: '/prod/payment', route: '$default' },
    '/prod',
    '/payment',
  ),
  ...triple(
    'http1, generated domain, $default stage',
    { api: 'http1', domain: generated, stage: '$default', path: '/payment' },
    '',
    '/payment',
  ),
  {
    name: 'http1, $default route on a custom domain: the path of the event is used',
    call: { api: 'http1', path: '/v1/payment', route: '$default' },
    called: '/v1/payment',
    basePath: '/v1',
  },
  {
    name: 'http1, $default route on a custom domain: what looks like the stage stays',
    call: { api: 'http1', path: '/prod/payment', route: '$default' },
    called: '/payment',
    basePath: '',
    expected: mismatch,
  },
  // HTTP API 2.0: the path carries the stage and never the base path.
  ...triple(
    'http2, generated domain',
    { api: 'http2', domain: generated, path: '/prod/payment' },
    '/prod',
    '/payment',
  ),
  ...triple(
    'http2, generated domain, $default stage and route',
    { api: 'http2', domain: generated, stage: '$default', path: '/payment', route: '$default' },
    '',
    '/payment',
  ),
  ...triple(
    'http2, mapping named as the stage',
    { api: 'http2', path: '/prod/payment' },
    '/prod',
    '/payment',
  ),
  ...triple('http2, empty mapping', { api: 'http2', path: '/prod/payment' }, '', '/payment'),
  ...triple('http2, empty mapping, root', { api: 'http2', path: '/prod/', route: '/' }, '', '/'),
  ...triple('http2, empty mapping, root without slash', { api: 'http2', path: '/prod', route: '/' }, '', ''),
  ...triple(
    'http2, empty mapping, $default route',
    { api: 'http2', path: '/prod/payment', route: '$default' },
    '',
    '/payment',
  ),
  ...triple(
    'http2, empty mapping, $default route, root without slash',
    { api: 'http2', path: '/prod', route: '$default' },
    '',
    '/',
  ),
  ...triple(
    'http2, empty mapping, $default stage',
    { api: 'http2', stage: '$default', path: '/payment' },
    '',
    '/payment',
  ),
  ...triple(
    'http2, empty mapping, greedy',
    { api: 'http2', path: '/prod/a b/c', route: '/{proxy+}', pathParameters: { proxy: 'a b/c' } },
    '',
    '/a%20b/c',
  ),
  ...['/v1', '/api/v1'].flatMap((basePath): Case[] => [
    {
      name: `http2, mapping ${basePath}, set`,
      call: { api: 'http2', path: '/prod/payment' },
      called: `${basePath}/payment`,
      basePath,
    },
    {
      name: `http2, mapping ${basePath}, $default stage, set`,
      call: { api: 'http2', stage: '$default', path: '/payment' },
      called: `${basePath}/payment`,
      basePath,
    },
    {
      name: `http2, mapping ${basePath}, root, set`,
      call: { api: 'http2', path: '/prod', route: '/' },
      called: basePath,
      basePath,
    },
    {
      name: `http2, mapping ${basePath}, unset: the event does not have it`,
      call: { api: 'http2', path: '/prod/payment' },
      called: `${basePath}/payment`,
      expected: mismatch,
    },
  ]),
  // WebSocket: the event has no path.
  { name: 'websocket, generated domain', call: { api: 'websocket', domain: generated }, called: '/prod' },
  {
    name: 'websocket, generated domain, without the stage',
    call: { api: 'websocket', domain: generated },
    called: '/',
    expected: mismatch,
  },
  { name: 'websocket, mapping named as the stage', call: { api: 'websocket' }, called: '/prod' },
  { name: 'websocket, empty mapping', call: { api: 'websocket' }, called: '/' },
  { name: 'websocket, empty mapping, without slash', call: { api: 'websocket' }, called: '' },
  { name: 'websocket, mapping v1, unset', call: { api: 'websocket' }, called: '/v1', expected: mismatch },
  { name: 'websocket, mapping v1, set', call: { api: 'websocket' }, called: '/v1', basePath: '/v1' },
  { name: 'websocket, set to none', call: { api: 'websocket' }, called: '/', basePath: '' },
];

describe('signatures of clients of custom domains are accepted', () => {
  for (const { name, call, called, basePath, expected } of cases) {
    it(`${name}: ${called || 'no path'}`, async () => {
      const request = requestOf(call, `https://${call.domain ?? custom}${called}`);
      const given = { settings: { publicBasePath: basePath } };
      assert.equal(await outcome(request, given), expected || 'install');
    });
  }
});

describe('a signature does not verify for another path', () => {
  const attacks: [name: string, signed: string, call: Call, basePath?: string][] = [
    ['another route', '/v1/payment', { api: 'rest', path: '/v1/refund', route: '/refund' }, '/v1'],
    [
      'a segment more',
      '/v1/payment',
      { api: 'rest', path: '/v1/v1/payment', route: '/{p+}', pathParameters: { p: 'v1/payment' } },
      '/v1',
    ],
    [
      'an encoded slash for a segment',
      '/v1/a/b',
      {
        api: 'http2',
        path: '/prod/x/a/b',
        route: '/{kind}/{id}',
        pathParameters: { kind: 'x', id: 'a/b' },
      },
      '/v1',
    ],
    [
      'a parameter that ends as the path does',
      '/v1/b',
      { api: 'rest', path: '/v1/a/b', route: '/{p+}', pathParameters: { p: 'a/b' } },
      '/v1',
    ],
    [
      'two places for the end of the base path',
      '/v1/%31',
      { api: 'rest', path: '/v1/%2F%31', route: '/{p+}', pathParameters: { p: '%31' } },
      '/v1',
    ],
    ['an escape in the base path', '/payment', { api: 'rest', path: '/%76%31/payment' }, ''],
    ['an empty segment in the base path', '/v1/payment', { api: 'rest', path: '/v1//payment' }, '/v1'],
    [
      'a path that starts with the stage, for the one below it',
      '/prod/payment',
      { api: 'http2', path: '/prod/prod/payment', route: '/{p+}', pathParameters: { p: 'prod/payment' } },
    ],
    [
      'a path without the stage that starts as one with it',
      '/payment',
      { api: 'http2', path: '/prod/payment', route: '/prod/payment' },
    ],
    ['a stage that only begins alike', '/payment', { api: 'http2', path: '/production/payment' }],
    ['another stage', '/prod/payment', { api: 'http2', stage: 'dev', path: '/dev/payment' }],
    [
      'the stage left out on the generated domain',
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
  for (const [name, signed, call, basePath] of attacks) {
    it(`${name}: ${signed}`, async () => {
      const request = requestOf(call, `https://${call.domain ?? custom}${signed}`);
      assert.equal(await outcome(request, { settings: { publicBasePath: basePath } }), mismatch);
    });
  }
});
