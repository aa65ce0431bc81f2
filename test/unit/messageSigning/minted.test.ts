import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import type { HttpRequest } from '../../../infra/tools/approov/httpRequest.ts';
import { newInstallKey, type SigningOptions, signRequest } from '../../../infra/tools/approov/sign.ts';
import { verifyContentDigest } from '../../../src/backend/contentDigest.ts';
import type { ApproovContext } from '../../../src/backend.ts';
import {
  type Api,
  accountSecret,
  apis,
  coverage,
  created,
  mismatch,
  missing,
  outcome,
  type Sent,
  stale,
  token,
  verify,
} from './support/signing.ts';

const { installKey, ipk } = newInstallKey();

/**
 * Requests signed by the project's own stand-in for Approov's client, which shares no code with the verifier. They have the
 * forms of approov-service-okhttp 3.5 to 3.8, and of the requests in quickstart-asp.net-token-check (test-scripts).
 */
suite('requests signed as the SDK does', () => {
  const get: HttpRequest = {
    method: 'GET',
    url: 'https://api.example.com/v1/shapes?x=1&name=a%20b',
    headers: { 'Approov-Token': token, 'Approov-Status': 'success', Authorization: 'Bearer abc' },
  };
  const post: HttpRequest = {
    method: 'POST',
    url: 'https://api.example.com/v1/shapes',
    headers: { 'Approov-Token': token, 'Content-Type': 'application/json', 'Content-Length': '7' },
    body: '{"a":1}',
  };
  const textDigest: HttpRequest = {
    ...post,
    headers: { ...post.headers, 'Content-Digest': `sha-256="${hash('sha256', '{"a":1}', 'base64')}"` },
  };
  const both = { installKey, accountKey: accountSecret };
  const cases: [name: string, request: HttpRequest, options: Partial<SigningOptions>][] = [
    ['a GET with both members', get, both],
    ['a GET with the install member alone', get, { installKey }],
    ['a GET with the account member alone', get, { accountKey: accountSecret }],
    ['a GET with text, not bytes', get, { ...both, form: 'string' }],
    ['a POST', post, both],
    ['a POST with sha-512', post, { ...both, digest: 'sha-512' }],
    [
      'a POST with a digest that is text',
      textDigest,
      { ...both, digest: false, components: ['@method', '@target-uri', 'approov-token', 'content-digest'] },
    ],
    [
      'a GET of another port',
      { ...get, url: 'https://api.example.com:8443/token?param1=value1&param2=value2' },
      both,
    ],
    [
      'a GET with the parts of its target',
      get,
      { ...both, components: ['@method', '@authority', '@path', '@query', 'approov-token', 'authorization'] },
    ],
  ];
  for (const [name, request, options] of cases) {
    for (const api of apis) {
      for (const mode of ['install', 'account'] as const) {
        const isSigned = mode === 'install' ? options.installKey : options.accountKey;
        test(`${name}, asked for ${mode} on ${api}`, async () => {
          const sent = sentOf(request, api, { created, ...options });
          const { origin: publicOrigin } = new URL(request.url);
          const settings = { messageSigning: mode, binding: 'required' as const, publicOrigin };
          const given = { settings, claims: { ipk } };
          assert.equal(await outcome(sent, given), isSigned ? mode : missing);
          if (isSigned) {
            assert.equal(await outcome({ ...sent, method: 'PUT' }, given), mismatch);
            const late = { ...given, now: created + 61 };
            assert.equal(await outcome(sent, late), stale);
          }
          if (!request.body || !isSigned) return;
          const context = (await verify(sent, given)) as unknown as ApproovContext;
          assert.equal(verifyContentDigest({ body: request.body }, context), 'verified');
          assert.equal(verifyContentDigest({ body: `${request.body} ` }, context), 'mismatched');
        });
      }
    }
  }

  test('with an account member that is not genuine, which only counts when it is asked for', async () => {
    const sent = sentOf(get, 'rest', {
      created,
      installKey,
      accountKey: Buffer.alloc(64, 'another account'),
    });
    assert.equal(await outcome(sent, { claims: { ipk } }), 'install');
    const account = { settings: { messageSigning: 'account' as const } };
    assert.equal(await outcome(sent, account), mismatch);
  });

  test('with another token header', async () => {
    const request = { ...get, headers: { 'X-App': token } };
    const sent = sentOf(request, 'rest', { created, installKey, tokenHeader: 'X-App' });
    assert.equal(await outcome(sent, { claims: { ipk }, settings: { tokenHeader: 'X-App' } }), 'install');
    assert.equal(await outcome(sent, { claims: { ipk } }), coverage);
  });
});

function sentOf(request: HttpRequest, api: Api, options: SigningOptions): Sent {
  const { pathname, search, searchParams } = new URL(request.url);
  return {
    api,
    method: request.method,
    path: pathname,
    rawQuery: search.slice(1),
    query: Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)])),
    headers: Object.entries({ ...request.headers, ...signRequest(request, options) }),
  };
}
