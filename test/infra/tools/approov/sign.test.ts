import assert from 'node:assert/strict';
import { createHmac, createPublicKey, verify } from 'node:crypto';
import { suite, test } from 'node:test';
import { parseDictionary } from 'structured-headers';
import type { HttpRequest } from '../../../../infra/tools/approov/httpRequest.ts';
import { newInstallKey, type SigningOptions, signRequest } from '../../../../infra/tools/approov/sign.ts';

const created = 1_800_000_000;
const { installKey, ipk } = newInstallKey();
const accountKey = Buffer.alloc(32, 9);
const request: HttpRequest = {
  method: 'GET',
  url: 'https://api.example.com/v1/shapes?x=1&note=a%20(b)',
  headers: { 'Approov-Token': 'h.p.s', Host: 'ignored' },
};
const covered = '("@method" "@target-uri" "approov-token")';
const parameters = `;created=${created};expires=${created + 15}`;

suite('signRequest', () => {
  const bases: { case: string; request: HttpRequest; options?: Partial<SigningOptions>; base: string[] }[] = [
    {
      case: 'the default components',
      request,
      base: [
        '"@method": GET',
        `"@target-uri": ${request.url}`,
        '"approov-token": h.p.s',
        `"@signature-params": ${covered};alg="ecdsa-p256-sha256"${parameters}`,
      ],
    },
    {
      case: 'every optional field in the order of the SDK, with the digest of the body',
      request: {
        ...request,
        method: 'POST',
        body: 'My test message body',
        headers: {
          'content-type': 'text/plain',
          Authorization: ' Bearer abc ',
          'Content-Length': '20',
          'approov-token': 'h.p.s',
          'Approov-TraceID': 't1',
        },
      },
      base: [
        '"@method": POST',
        `"@target-uri": ${request.url}`,
        '"approov-token": h.p.s',
        '"approov-traceid": t1',
        '"authorization": Bearer abc',
        '"content-length": 20',
        '"content-type": text/plain',
        // Approov's published digest of this body.
        '"content-digest": sha-256=:GxReGBeVF8yUIjhFWTQcu0WFWAc+ynqbj1vWOA9SRaE=:',
        '"@signature-params": ("@method" "@target-uri" "approov-token" "approov-traceid" "authorization" ' +
          `"content-length" "content-type" "content-digest");alg="ecdsa-p256-sha256"${parameters}`,
      ],
    },
    {
      case: 'chosen components',
      request,
      options: { components: ['@authority', '@scheme', '@path', '@query', '@query-param;name="note"'] },
      base: [
        '"@authority": api.example.com',
        '"@scheme": https',
        '"@path": /v1/shapes',
        '"@query": ?x=1&note=a%20(b)',
        '"@query-param";name="note": a%20%28b%29',
        '"@signature-params": ("@authority" "@scheme" "@path" "@query" "@query-param";name="note")' +
          `;alg="ecdsa-p256-sha256"${parameters}`,
      ],
    },
  ];
  for (const { case: title, request, options, base } of bases) {
    test(`install signs ${title}`, () => {
      const { Signature } = signRequest(request, { installKey, created, ...options });
      const signature = Buffer.from(/^install=:(.+):$/.exec(Signature)?.[1] ?? '', 'base64');
      assert.equal(signature.length, 64);
      const key = createPublicKey({ key: Buffer.from(ipk, 'base64'), format: 'der', type: 'spki' });
      assert.ok(
        verify('sha256', Buffer.from(base.join('\n')), { key, dsaEncoding: 'ieee-p1363' }, signature),
      );
    });
  }

  test('account signs the same base under its own label and algorithm', () => {
    const { Signature, ...rest } = signRequest(request, { accountKey, created });
    const input = `${covered};alg="hmac-sha256"${parameters}`;
    const base = `"@method": GET\n"@target-uri": ${request.url}\n"approov-token": h.p.s\n"@signature-params": ${input}`;
    assert.equal(Signature, `account=:${createHmac('sha256', accountKey).update(base).digest('base64')}:`);
    assert.deepEqual(rest, { 'Signature-Input': `account=${input}` });
  });

  test('two keys make a dictionary of two members, which a parser reads in either form', () => {
    for (const form of ['bytes', 'string'] as const) {
      const headers = signRequest(request, { installKey, accountKey, created, form });
      for (const name of ['Signature', 'Signature-Input']) {
        assert.deepEqual([...parseDictionary(headers[name] as string).keys()], ['install', 'account'], name);
      }
      const member = parseDictionary(headers.Signature).get('install')?.[0];
      assert.equal(typeof member === 'string' ? 'string' : 'bytes', form);
    }
  });

  const misuse: [title: string, options: Partial<SigningOptions>, message: RegExp][] = [
    ['no key', {}, /needs an install key or an account key/],
    ['a missing field', { installKey, components: ['x-a'] }, /no component 'x-a'/],
    ['an unknown derived component', { installKey, components: ['@status'] }, /no component '@status'/],
    [
      'a missing query parameter',
      { installKey, components: ['@query-param;name="y"'] },
      /has 0 parameters 'y'/,
    ],
  ];
  for (const [title, options, message] of misuse) {
    test(`${title} is a TypeError`, () => {
      assert.throws(() => signRequest(request, { created, ...options }), { name: 'TypeError', message });
    });
  }
});
