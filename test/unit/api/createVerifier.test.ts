import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tokenBinding } from '../../../infra/tools/approov/mint.ts';
import { newInstallKey, type SigningOptions, signRequest } from '../../../infra/tools/approov/sign.ts';
import {
  type AuthorizerOptions,
  createAuthorizer,
  createVerifier,
  Failure,
  type PolicyResponse,
  Refusal,
  readApproovContext,
  verifyContentDigest,
} from '../../../src/index.ts';
import { arnOf, eventOf, type Headers, sent } from '../../cases/eventOf.ts';
import {
  type ProxiedRequest,
  type ProxyKind,
  proxyEventOf,
  proxyKinds,
  urlOf,
} from '../../cases/proxyEventOf.ts';
import { exp, forged, tokenOf, toolsOf } from '../support/composed.ts';

const options = (more: Partial<AuthorizerOptions> = {}) => ({ secretId: 's', ...more }) as AuthorizerOptions;

/** The claims, or what kind of error with which code. */
async function verified(request: unknown, more: Partial<AuthorizerOptions> = {}, tools = toolsOf().tools) {
  try {
    return await createVerifier(options(more), tools).verify(request);
  } catch (error) {
    if (error instanceof Refusal) return `Refusal ${error.reason}`;
    if (error instanceof Failure) return `Failure ${error.code}`;
    throw error;
  }
}

const withToken = (token: string, others: Record<string, string> = {}): ProxiedRequest => ({
  headers: sent(token, others),
});
const checked = { binding: 'off', messageSignature: 'off', mode: 'enforce' };
const allowed = { exp, did: 'device', anno: ['a', 'b'], ...checked };

for (const kind of proxyKinds) {
  suite(`createVerifier: ${kind}`, () => {
    const bound = tokenOf({ pay: tokenBinding('Bearer alice') });
    const ofCookies = tokenOf({ pay: tokenBinding('a=1; b=2') });
    const boundTo = (header: string) => ({ bindingHeaders: [header] });
    const verifiedBinding = { ...allowed, binding: 'verified' };
    const wouldDeny = { mode: 'report-only', verdict: 'would-deny', reason: 'signature_mismatch' };
    const otherClaims = tokenOf({ custom: { deep: [1] }, pay: 'p', binding: 'verified', level: 7 });
    const cases: [
      name: string,
      sent: ProxiedRequest,
      expected: unknown,
      options?: Partial<AuthorizerOptions>,
    ][] = [
      ['a valid token', withToken(tokenOf()), allowed],
      ['no token', {}, 'Refusal token_missing'],
      ['a forged token', withToken(forged), 'Refusal signature_mismatch'],
      ['an expired token', withToken(tokenOf({ exp: exp - 400 })), 'Refusal token_expired'],
      ['the token twice', withToken(tokenOf(), { 'approov-token': forged }), 'Refusal token_ambiguous'],
      ['a status', withToken('NO_NETWORK'), 'Refusal client_status'],
      [
        'a bound token',
        withToken(bound, { Authorization: 'Bearer alice' }),
        verifiedBinding,
        boundTo('Authorization'),
      ],
      [
        "another user's bound token",
        withToken(bound, { Authorization: 'Bearer bob' }),
        'Refusal binding_mismatch',
        boundTo('Authorization'),
      ],
      [
        'a token bound to the cookies',
        withToken(ofCookies, { Cookie: 'a=1; b=2' }),
        verifiedBinding,
        boundTo('Cookie'),
      ],
      [
        'other claims, as they are in the token, and none that is secret or has a name in use',
        withToken(otherClaims),
        { exp, custom: { deep: [1] }, level: 7, ...checked },
        { contextClaims: ['custom', 'pay', 'binding', 'level', 'absent'] },
      ],
      ['a forged token in report-only', withToken(forged), wouldDeny, { mode: 'report-only' }],
    ];
    for (const [name, sent, expected, more] of cases) {
      test(name, async () => {
        assert.deepEqual(await verified(proxyEventOf(kind, sent), more), expected);
      });
    }

    test('is a failure without a secret, and in report-only a would-deny', async () => {
      const event = () => proxyEventOf(kind, withToken(tokenOf()));
      const down = toolsOf({ isDown: true }).tools;
      assert.equal(await verified(event(), {}, down), 'Failure secret_unavailable');
      assert.deepEqual(await verified(event(), { mode: 'report-only' }, down), {
        mode: 'report-only',
        verdict: 'would-deny',
        reason: 'secret_unavailable',
      });
    });

    test('gives each request its own claims', async () => {
      const { verify } = createVerifier(
        options({ contextClaims: ['exp', 'anno', 'embed'] }),
        toolsOf().tools,
      );
      const token = tokenOf({ embed: { site: { a: 1 } } });
      const event = () => proxyEventOf(kind, withToken(token));
      const first = (await verify(event())) as unknown as { anno: string[]; embed: { site: { a: number } } };
      const before = structuredClone(first);
      first.anno.push('added');
      first.embed.site.a = 2;
      assert.deepEqual(await verify(event()), before);
    });

    test('logs the decision', async () => {
      const kept = toolsOf();
      await verified(proxyEventOf(kind, withToken(tokenOf())), {}, kept.tools);
      const shown = kept.decisions.map(({ decision, apiType, stage }) => [decision, apiType, stage]);
      const where = {
        rest: ['rest', 'prod'],
        http1: ['http', 'prod'],
        http2: ['http', 'prod'],
        functionUrl: ['http', '$default'],
        web: [undefined, undefined],
      }[kind];
      assert.deepEqual(shown, [['allow', ...where]]);
    });
  });

  suite(`createVerifier: message signatures of ${kind}`, () => {
    const { installKey, ipk } = newInstallKey();
    const token = tokenOf({ ipk });
    const signing = { messageSigning: 'install' } as const;
    const body = '{"amount":5,"to":"Zoë"}';

    interface Signed {
      readonly url?: string;
      readonly signedUrl?: string;
      readonly body?: string | undefined;
      readonly headers?: Record<string, string>;
      readonly signing?: Partial<SigningOptions>;
      readonly age?: number;
    }

    /** A request that the app signs. */
    function signed({ url = urlOf[kind], signedUrl = url, headers = {}, age = 0, ...more }: Signed = {}) {
      const method = more.body === undefined ? 'GET' : 'POST';
      const sent = { 'Approov-Token': token, ...headers };
      const signature = signRequest(
        { method, url: signedUrl, headers: sent, body: more.body },
        { installKey, created: Math.floor(Date.now() / 1000) - age, lifetime: 600, ...more.signing },
      );
      return { method, url, headers: Object.entries({ ...sent, ...signature }), body: more.body };
    }
    const digestOf = (request: ReturnType<typeof signed>) =>
      new Map(request.headers).get('Content-Digest') as string;
    const good = { ...allowed, messageSignature: 'install' };

    const mismatch = 'Refusal message_signature_mismatch';
    const url = urlOf[kind];
    const query = `${url}?b=2&a=1&a=x%20y`;
    const signatureComponents = ['@method', '@target-uri', 'content-digest'];
    // Where the event has the stage's path, or none, the operator says what clients see.
    const seen = 'https://api.example.com/v1/orders';
    const received = {
      rest: seen,
      http1: seen,
      http2: 'https://api.example.com/prod/orders',
      functionUrl: 'https://abcdefghij.lambda-url.eu-west-1.on.aws/orders',
      web: 'http://localhost:3000/orders',
    }[kind];
    const outside = { publicOrigin: 'https://api.example.com', publicBasePath: '/v1' };
    const undigested = signed({ body, signing: { digest: false } });
    const cases: [
      name: string,
      sent: ProxiedRequest,
      expected: unknown,
      more?: Partial<AuthorizerOptions>,
    ][] = [
      ['a GET', signed(), good],
      ['a query', signed({ url: query }), good],
      ['another query', signed({ url: `${query}0`, signedUrl: query }), mismatch],
      ['no body where one was signed', { ...signed({ body }), body: undefined, method: 'GET' }, mismatch],
      ['an empty body where another was signed', { ...signed({ body }), body: '' }, mismatch],
      ['a body without a covered digest', undigested, good],
      [
        'the same when it must be covered',
        undigested,
        'Refusal message_signature_coverage',
        { signatureComponents },
      ],
      ['an old signature', signed({ age: 120 }), 'Refusal message_signature_stale'],
      ['a path with escapes', signed({ url: `${url}/a%20b` }), good],
      ['a custom domain with a base path', signed({ url: received, signedUrl: seen }), good, outside],
    ];
    for (const [name, sent, expected, more] of cases) {
      test(name, async () => {
        assert.deepEqual(await verified(proxyEventOf(kind, sent), { ...signing, ...more }), expected);
      });
    }

    for (const isBase64Encoded of kind === 'web' ? [false] : [false, true]) {
      const form = isBase64Encoded ? ' in base64' : '';
      for (const digest of ['sha-256', 'sha-512'] as const) {
        test(`a body${form} with its ${digest} digest`, async () => {
          const request = signed({ body, signing: { digest } });
          const event = proxyEventOf(kind, { ...request, isBase64Encoded });
          const claims = await verified(event, signing);
          assert.deepEqual(claims, { ...good, contentDigest: digestOf(request) });
          if (kind !== 'web') assert.equal(verifyContentDigest(event, claims as never), 'verified');
          else assert.equal(await (event as Request).text(), body, 'the body is for the function');
        });
      }

      test(`another body${form} is refused, and in report-only reported`, async () => {
        const event = () => proxyEventOf(kind, { ...signed({ body }), body: `${body} `, isBase64Encoded });
        assert.equal(await verified(event(), signing), mismatch);
        assert.deepEqual(await verified(event(), { ...signing, messageSigningMode: 'report-only' }), {
          ...allowed,
          messageSignature: 'refused',
          messageSignatureReason: 'message_signature_mismatch',
        });
      });
    }

    const lengths: [
      name: string,
      sent: Signed,
      length: string,
      isBase64Encoded?: boolean,
      isThere?: boolean,
    ][] = [
      ['of a body', { body }, '24'],
      ['of a body in base64', { body }, '24', true],
      ['of no body', {}, '0'],
      ['that is there, whatever the body is', { body }, '7', false, true],
    ];
    for (const [name, sent, length, isBase64Encoded = false, isThere = false] of lengths) {
      if (kind === 'web' && isBase64Encoded) continue;
      test(`a covered Content-Length ${name}, which REST APIs take away`, async () => {
        const request = signed({ ...sent, headers: { 'Content-Length': length } });
        const headers = request.headers.filter(([header]) => header !== 'Content-Length' || isThere);
        const event = (changed: object = {}) =>
          proxyEventOf(kind, { ...request, headers, isBase64Encoded, ...changed });
        const claims = (await verified(event(), signing)) as object;
        assert.equal((claims as { messageSignature?: string }).messageSignature, 'install', String(claims));
        if (isThere) return;
        const other = { body: `${sent.body ?? ''} `, method: request.method };
        if (kind === 'web' && request.method === 'GET') return;
        assert.equal(await verified(event(other), signing), mismatch);
      });
    }
  });
}

suite('createVerifier: web requests', () => {
  const { installKey, ipk } = newInstallKey();
  const headersFor = (url: string, body?: string) => {
    const headers = { 'Approov-Token': tokenOf({ ipk }) };
    const created = Math.floor(Date.now() / 1000);
    const request = { method: body === undefined ? 'GET' : 'POST', url, headers, body };
    return { ...headers, ...signRequest(request, { installKey, created }) };
  };
  const signing = { messageSigning: 'install' } as const;

  test('the URL counts with its scheme and port, as received', async () => {
    for (const url of ['http://localhost:3000/', 'https://app.example.com:8443/a?b=c']) {
      const request = new Request(url, { headers: headersFor(url) });
      assert.equal(((await verified(request, signing)) as { did: string }).did, 'device');
    }
  });

  test('a body that was read already is a failure', async () => {
    const url = 'https://app.example.com/';
    const request = new Request(url, { method: 'POST', body: 'b', headers: headersFor(url, 'b') });
    await request.text();
    assert.equal(await verified(request, signing), 'Failure event_invalid');
  });

  test('a URL that is not absolute is a failure', async () => {
    const { headers } = new Request('https://app.example.com/', { headers: { 'Approov-Token': tokenOf() } });
    const request = { method: 'GET', url: '/orders', headers, bodyUsed: false, clone: () => assert.fail() };
    assert.equal(await verified(request), 'Failure event_invalid');
  });
});

suite('createVerifier: what is not a request', () => {
  const http2 = proxyEventOf('http2', withToken(tokenOf())) as Record<string, unknown>;
  const rest = proxyEventOf('rest', withToken(tokenOf())) as Record<string, unknown>;
  const { httpMethod: _method, ...webSocket } = rest;
  const cases: Record<string, unknown> = {
    nothing: undefined,
    text: 'GET /',
    'a list': [],
    'an object': {},
    "a REST authorizer's event": eventOf.rest(sent(tokenOf())),
    "an HTTP API authorizer's event": eventOf.http(sent(tokenOf())),
    'an event without a context': { ...rest, requestContext: undefined },
    'payload 2.0 without http': { ...http2, requestContext: {} },
    "a WebSocket API's event": { ...webSocket, requestContext: { connectionId: 'c', eventType: 'CONNECT' } },
    "a load balancer's event": { ...rest, requestContext: { elb: { targetGroupArn: 'arn' } } },
    'headers that are a list': { ...rest, headers: ['Approov-Token'] },
    'an EventBridge event': { version: '0', source: 'aws.events', detail: {} },
  };
  for (const [name, request] of Object.entries(cases)) {
    for (const mode of ['enforce', 'report-only'] as const) {
      test(`is a failure, ${mode}: ${name}`, async () => {
        assert.equal(await verified(request, { mode }), 'Failure event_invalid');
      });
    }
  }

  test('a signed body that is not text is refused', async () => {
    const { installKey, ipk } = newInstallKey();
    const headers = { 'Approov-Token': tokenOf({ ipk }) };
    const url = urlOf.rest;
    const created = Math.floor(Date.now() / 1000);
    const signature = signRequest({ method: 'POST', url, headers, body: '{}' }, { installKey, created });
    const sent = { method: 'POST', headers: Object.entries({ ...headers, ...signature }), body: '{}' };
    const event = { ...proxyEventOf('rest', sent), body: {} };
    assert.equal(await verified(event, { messageSigning: 'install' }), 'Refusal message_signature_mismatch');
  });
});

suite('createVerifier compared with the authorizer', () => {
  const requests: Record<string, Headers> = {
    'a valid token': sent(tokenOf({ aud: ['x', 'y'], iss: 'i', sub: 's', ip: '::1', arc: 'A' })),
    'a forged token': sent(forged),
    'no token': [],
    'two tokens': [...sent(tokenOf()), ...sent(tokenOf())],
  };
  const kinds = ['rest', 'http1', 'http2'] as const satisfies ProxyKind[];
  for (const [name, headers] of Object.entries(requests)) {
    for (const kind of kinds) {
      for (const mode of ['enforce', 'report-only'] as const) {
        test(`gives what readApproovContext does: ${name}, ${kind}, ${mode}`, async () => {
          const event = proxyEventOf(kind, { headers });
          const arn = arnOf('/GET/orders');
          const authorizer = createAuthorizer(options({ mode, denial: 'policy' }), toolsOf().tools);
          const asked = { ...event, type: 'REQUEST', methodArn: arn, routeArn: arn };
          const { context } = (await authorizer(asked)) as PolicyResponse;
          const read =
            context.reason && !context.verdict
              ? `Refusal ${context.reason}`
              : readApproovContext({ requestContext: { authorizer: context } });
          assert.deepEqual(await verified(event, { mode }), read);
        });
      }
    }
  }
});
