import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type AuthorizerOptions, createAuthorizer, createVerifier, Refusal } from '../../../src/index.ts';
import recorded from '../../cases/clientRequests.json' with { type: 'json' };
import { arnOf } from '../../cases/eventOf.ts';
import { clientOf, sourceOf } from '../../support/secrets.ts';
import '../support/noSockets.ts';

type Headers = [name: string, value: string][];

/** A request as it went over the wire. */
interface Sent {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

const { keys, tokens } = recorded;
const stageHost = /execute-api/;

/** Headers of one name in one map, as REST and WebSocket events have them. */
const grouped = (headers: Headers) =>
  Object.fromEntries(
    headers.map(([name]) => [name, headers.filter(([other]) => other === name).map(([, value]) => value)]),
  );
const lowered = (headers: Headers) =>
  Object.fromEntries(
    Object.entries(grouped(headers.map(([name, value]) => [name.toLowerCase(), value]))).map(
      ([name, values]) => [name, values.join(',')],
    ),
  );

/** What API Gateway makes of the request, for the authorizer and for a backend. */
const events = {
  rest: ({ method, host, target, headers }: Sent) => payload1({ method, host, target, headers }, 'rest'),
  http1: ({ method, host, target, headers }: Sent) => payload1({ method, host, target, headers }, 'http'),
  http2: ({ method, host, target, headers }: Sent) => {
    const [path = '', query = ''] = splitOnce(target);
    const stage = stageHost.test(host) ? 'prod' : '$default';
    return {
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: query,
      headers: lowered(headers),
      requestContext: { stage, apiId: 'a', requestId: 'r', domainName: host, http: { method, path } },
    };
  },
};

function payload1({ method, host, target, headers }: Omit<Sent, 'body'>, kind: 'rest' | 'http') {
  const [path = '', query = ''] = splitOnce(target);
  const isStage = stageHost.test(host);
  const multiValueQueryStringParameters: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(`&${query}`)) {
    multiValueQueryStringParameters[name] = [...(multiValueQueryStringParameters[name] ?? []), value];
  }
  const below = isStage ? path.slice('/prod'.length) : path;
  return {
    ...(kind === 'http' && { version: '1.0' }),
    resource: '/{proxy+}',
    path: kind === 'rest' ? below : path,
    httpMethod: method,
    pathParameters: { proxy: below.slice(1) },
    headers: kind === 'rest' ? Object.fromEntries(headers) : lowered(headers),
    ...(kind === 'rest' && { multiValueHeaders: grouped(headers) }),
    multiValueQueryStringParameters,
    requestContext: {
      stage: isStage ? 'prod' : '$default',
      apiId: 'a',
      requestId: 'r',
      domainName: host,
      path,
      httpMethod: method,
    },
  };
}

function splitOnce(target: string): string[] {
  const [path = '', ...rest] = target.split('?');
  return rest.length > 0 ? [path, rest.join('?')] : [path];
}

/** When a request is received, the settings that its client was recorded with, and whose signature it has. */
interface Received {
  readonly at: number;
  readonly settings?: Readonly<Record<string, string | undefined>> | undefined;
  readonly label: 'install' | 'account';
}

const optionsOf = ({ settings = {}, label }: Received): AuthorizerOptions => ({
  secretId: 's',
  messageSigning: label,
  ...(label === 'account' && { accountKeyId: 'account' }),
  ...(settings.tokenHeader && { tokenHeader: settings.tokenHeader }),
  ...(settings.prefix && { tokenPrefix: settings.prefix.trim() }),
  ...(settings.components && { signatureComponents: settings.components.split(',') }),
  ...(settings.binding && { bindingHeaders: ['Authorization'] }),
});
const client = clientOf((secretId) => sourceOf(secretId === 's' ? keys.secret : keys.account));

/** The reason for which the authorizer refuses a request, or `allow`. */
async function atGateway(
  kind: keyof typeof events,
  sent: Sent,
  received: Received,
): Promise<string | undefined> {
  const lines: string[] = [];
  const authorizer = createAuthorizer(optionsOf(received), { client, write: (line) => lines.push(line) });
  const arn = { [kind === 'http2' ? 'routeArn' : 'methodArn']: arnOf('/GET/x') };
  await authorizer({ ...events[kind](sent), type: 'REQUEST', ...arn }).catch(() => undefined);
  const decision = lines.map((line) => JSON.parse(line)).find((line) => line.decision);
  return decision?.reason ?? decision?.decision;
}

/** The reason for which `createVerifier` refuses a request, or `allow`. */
async function atBackend(
  kind: keyof typeof backendRequests,
  sent: Sent,
  received: Received,
): Promise<string> {
  const { verify } = createVerifier(optionsOf(received), { client, write: () => undefined });
  try {
    await verify(backendRequests[kind](sent));
    return 'allow';
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
}

const withBody = (event: object, { body }: Sent) => ({
  ...event,
  body: body.length > 0 ? body.toString('base64') : null,
  isBase64Encoded: true,
});
const backendRequests = {
  // A backend behind a REST API gets no Content-Length.
  rest: (sent: Sent) =>
    withBody(
      events.rest({ ...sent, headers: sent.headers.filter(([name]) => !/^content-length$/i.test(name)) }),
      sent,
    ),
  http1: (sent: Sent) => withBody(events.http1(sent), sent),
  http2: (sent: Sent) => withBody(events.http2(sent), sent),
  web: ({ method, host, target, headers, body }: Sent) =>
    new Request(`https://${host}${target}`, {
      method,
      headers,
      ...(body.length > 0 && !/^(GET|HEAD)$/.test(method) && { body }),
    }),
};

/** What no event shows: requests that are refused on these kinds of API, and why. */
const refused: readonly { name: RegExp; kinds: RegExp; reason: string }[] = [
  { name: /user info|#frag/, kinds: /./, reason: 'message_signature_mismatch' },
  // Both a parameter without value and one with an empty value.
  { name: /addQueryParameter null/, kinds: /rest|http1/, reason: 'message_signature_mismatch' },
  { name: /\[\/a%b\]/, kinds: /rest|web/, reason: 'message_signature_mismatch' },
  // OkHttp replaced the header after it was signed.
  { name: /content-type explicit other than body/, kinds: /./, reason: 'message_signature_mismatch' },
  { name: /@method @authority @path \/a%20b\?/, kinds: /./, reason: 'message_signature_coverage' },
  { name: /no created/, kinds: /./, reason: 'message_signature_stale' },
  {
    name: /^(stage|domain)\/option\/.*@query .*\/(hello)?$/,
    kinds: /./,
    reason: 'message_signature_missing',
  },
];

const kinds = ['rest', 'http1', 'http2', 'web'] as const;

/** Changes of a request that its signature must not survive. */
const alterations: Record<string, (sent: Sent) => Partial<Sent>> = {
  method: ({ method }) => ({ method: method === 'PUT' ? 'PATCH' : 'PUT' }),
  path: ({ target }) => ({ target: target.replace(/^[^?]*/, (path) => `${path.replace(/\/$/, '')}/x`) }),
  query: ({ target }) => ({ target: `${target}${target.includes('?') ? '&' : '?'}altered=1` }),
  host: () => ({ host: 'evil.example.com' }),
  token: ({ headers }) => ({
    headers: headers.map(([name, value]) => [
      name,
      /^eyJ|^[A-Z][a-z]+ eyJ/.test(value) ? `${value.slice(0, -4)}AAAA` : value,
    ]),
  }),
};

for (const [index, request] of recorded.requests.entries()) {
  const { client, name, method, host, target, at } = request;
  const settings = 'settings' in request ? (request.settings as Received['settings']) : undefined;
  const headers = (request.headers as Headers).map(([header, value]): Headers[0] => [
    header,
    value.replace(/\{T(\d)\}/, (_, index) => tokens[Number(index)] as string),
  ]);
  const body = Buffer.from('body' in request ? (request.body as string) : '', 'base64');
  const sent: Sent = { method, host, target, headers, body };
  const label = headers.some(([, value]) => value.startsWith('account=')) ? 'account' : 'install';
  const received: Received = { at, settings, label };
  const expectedOn = (kind: string) =>
    refused.find((entry) => entry.name.test(name) && entry.kinds.test(kind))?.reason ?? 'allow';

  test(`${client}, ${name}: ${method} ${target}`, async ({ mock }) => {
    mock.timers.enable({ apis: ['Date'], now: at * 1000 + 100 });
    for (const kind of kinds) {
      if (kind !== 'web')
        assert.equal(await atGateway(kind, sent, received), expectedOn(kind), `authorizer, ${kind}`);
      assert.equal(await atBackend(kind, sent, received), expectedOn(kind), `backend, ${kind}`);
      // Each alteration is tried on every kind, though not of every request.
      if (kind !== kinds[index % kinds.length]) continue;
      for (const [part, alter] of Object.entries(alterations)) {
        // These cover one parameter alone.
        if (part === 'query' && settings?.components) continue;
        const altered = { ...sent, ...alter(sent) };
        assert.notEqual(await atBackend(kind, altered, received), 'allow', `${part} altered, ${kind}`);
      }
    }
  });
}

suite('the recorded requests', () => {
  test("are of both of Approov's clients, with and without a body, and with both kinds of signature", () => {
    const clients = recorded.requests.map(({ client }) => client);
    assert.ok(clients.filter((client) => client.startsWith('approov-service-okhttp')).length > 70);
    assert.ok(clients.filter((client) => client.startsWith('approov-service-retrofit')).length > 70);
  });
});
