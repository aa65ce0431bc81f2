import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HttpRequest } from '../../../infra/tools/approov/httpRequest.ts';
import { newInstallKey, type SigningOptions, signRequest } from '../../../infra/tools/approov/sign.ts';
import { verifyContentDigest } from '../../../src/backend/contentDigest.ts';
import type { ApproovContext } from '../../../src/backend.ts';
import { accountSecret, created, outcome, type Sent, token, verify } from './support/signing.ts';

const { installKey, ipk } = newInstallKey();
const apis = ['rest', 'http1', 'http2'] as const;

/** Requests signed by the project's own stand-in for Approov's client, which shares no code with the verifier. */
describe('requests signed as the SDK does', () => {
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
  const both = { installKey, accountKey: accountSecret };
  const cases: [name: string, request: HttpRequest, options: Partial<SigningOptions>][] = [
    ['a GET with both members', get, both],
    ['a GET with the install member alone', get, { installKey }],
    ['a GET with the account member alone', get, { accountKey: accountSecret }],
    ['a GET with text in place of bytes', get, { ...both, form: 'string' }],
    ['a POST', post, both],
    ['a POST with sha-512', post, { ...both, digest: 'sha-512' }],
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
        it(`${name}, asked for ${mode} on ${api}`, async () => {
          const sent = sentOf(request, api, { created, ...options });
          const given = { settings: { messageSigning: mode, binding: 'required' as const }, claims: { ipk } };
          assert.equal(await outcome(sent, given), isSigned ? mode : 'message_signature_missing');
          if (!request.body || !isSigned) return;
          const context = (await verify(sent, given)) as unknown as ApproovContext;
          assert.equal(verifyContentDigest({ body: request.body }, context), 'verified');
        });
      }
    }
  }

  it('with another token header', async () => {
    const request = { ...get, headers: { 'X-App': token } };
    const sent = sentOf(request, 'rest', { created, installKey, tokenHeader: 'X-App' });
    assert.equal(await outcome(sent, { claims: { ipk }, settings: { tokenHeader: 'X-App' } }), 'install');
    assert.equal(await outcome(sent, { claims: { ipk } }), 'message_signature_coverage');
  });
});

function sentOf(request: HttpRequest, api: (typeof apis)[number], options: SigningOptions): Sent {
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
