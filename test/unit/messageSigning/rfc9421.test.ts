import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { importInstallKey } from '../../../src/messageSigning/keys.ts';
import type { Headers } from '../../cases/eventOf.ts';
import {
  apis,
  coverage,
  type Header,
  keysOf,
  linesOf,
  minimum,
  mismatch,
  outcome,
  type Sent,
  signedGet,
  verify,
} from './support/signing.ts';

/** RFC 9421 appendix B.1.3 and B.1.5. */
const testKeyEccP256 =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==';
const testSharedSecret =
  'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==';
const created = 1618884473;
const now = created + 1;

/** Appendix B.2: the test request, as each API hands it on. */
const testRequest: Sent = {
  method: 'POST',
  path: '/foo',
  rawQuery: 'param=Value&Pet=dog',
  query: { param: ['Value'], Pet: ['dog'] },
  domainName: 'example.com',
  headers: [
    ['Date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
    ['Content-Type', 'application/json'],
    [
      'Content-Digest',
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    ],
    ['Content-Length', '18'],
  ],
};
const clientCert =
  ':MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:';

suite('RFC 9421 appendix B', () => {
  for (const api of apis) {
    test(`B.2.5 hmac-sha256 on ${api}`, async () => {
      const headers: Header[] = [
        ...testRequest.headers,
        [
          'Signature-Input',
          `account=("date" "@authority" "content-type");created=${created};keyid="test-shared-secret"`,
        ],
        ['Signature', 'account=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:'],
      ];
      const given = {
        settings: { messageSigning: 'account', signatureComponents: ['@authority'] } as const,
        accountKeys: keysOf(testSharedSecret),
        now,
      };
      assert.equal(await outcome({ ...testRequest, api, headers }, given), 'account');
      const other = [...headers, ['Date', 'Tue, 20 Apr 2021 02:07:56 GMT'] as const];
      assert.equal(await outcome({ ...testRequest, api, headers: other }, given), mismatch);
    });

    test(`B.3 ecdsa-p256-sha256 on ${api}`, async () => {
      const headers: Header[] = [
        ...testRequest.headers,
        ['Client-Cert', clientCert],
        [
          'Signature-Input',
          `install=("@path" "@query" "@method" "@authority" "client-cert");created=${created};keyid="test-key-ecc-p256"`,
        ],
        [
          'Signature',
          'install=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==:',
        ],
      ];
      const given = {
        settings: { signatureComponents: ['@method', '@target-uri'] },
        claims: { ipk: testKeyEccP256 },
        now,
      };
      const sent = { ...testRequest, api, headers, domainName: 'service.internal.example' };
      assert.equal(await outcome(sent, given), 'install');
      assert.equal(await outcome({ ...sent, domainName: 'example.com' }, given), mismatch);
    });
  }

  test('B.2.4 ecdsa-p256-sha256, a response: its key and bytes verify as a request’s do', async () => {
    const base = [
      '"@status": 200',
      '"content-type": application/json',
      '"content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:',
      '"content-length": 23',
      `"@signature-params": ("@status" "content-type" "content-digest" "content-length");created=${created};keyid="test-key-ecc-p256"`,
    ].join('\n');
    const signature =
      'wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==';
    const key = await importInstallKey(testKeyEccP256);
    assert.ok(key);
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    assert.ok(
      await crypto.subtle.verify(algorithm, key, Buffer.from(signature, 'base64'), Buffer.from(base)),
    );
  });

  test('B.2.4 at the gateway: @status is not a component of a request', async () => {
    assert.equal(await outcome(signedGet([...minimum, ['"@status"', '200']])), coverage);
  });
});

/** Values that RFC 9421 prints for its examples. */
suite('RFC 9421 section 2', () => {
  /** Origin that the settings give, or what the request has besides the signature. */
  interface Rest {
    readonly origin?: string;
    readonly sent?: Partial<Sent>;
    readonly headers?: Headers;
  }
  const multiline: Partial<Sent> = {
    path: '/parameters',
    rawQuery:
      'var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something',
    query: {
      var: ['this is a big\nmultiline value'],
      bar: ['with plus whitespace'],
      'façade": ': ['something'],
    },
  };
  const quxes: Partial<Sent> = {
    rawQuery: 'param=value&foo=bar&baz=batman&qux=',
    query: { param: ['value'], foo: ['bar'], baz: ['batman'], qux: [''] },
  };
  const field = (name: string, ...values: string[]): Rest => ({
    headers: values.map((value) => [name, value]),
  });
  const authority = { '@authority': 'www.example.com' };
  const dictionary = 'a=1,    b=2;x=1;y=2,   c=(a   b   c)';
  const spaces = 'Leading and trailing whitespace.';
  const uri = { '@target-uri': 'https://www.example.com/path?param=value' };
  const ofUri = {
    domainName: 'www.example.com',
    path: '/path',
    rawQuery: 'param=value',
    query: { param: ['value'] },
  };
  const rawQuery = 'param=value&foo=bar&baz=bat%2Dman';
  const cases: [name: string, covered: Record<string, string>, rest?: Rest][] = [
    [
      '2.1 outer white space is trimmed',
      { 'x-ows-header': spaces },
      field('X-OWS-Header', `   ${spaces}   `),
    ],
    [
      '2.1 obsolete folding is one space',
      { 'x-fold': 'Obsolete line folding.' },
      field('X-Fold', 'Obsolete\n    line folding.'),
    ],
    [
      '2.1 several lines are joined',
      { 'cache-control': 'max-age=60, must-revalidate' },
      field('Cache-Control', 'max-age=60', '   must-revalidate'),
    ],
    ['2.1 inner white space is kept', { 'example-dict': dictionary }, field('Example-Dict', dictionary)],
    ['2.1 an empty field is empty', { 'x-empty-header': '' }, field('X-Empty-Header', '')],
    ['2.2.1 @method keeps its case', { '@method': 'get' }, { sent: { method: 'get' } }],
    ['2.2.2 @target-uri', uri, { sent: ofUri }],
    ['2.2.3 @authority', authority, { sent: { domainName: 'www.example.com' } }],
    [
      '2.2.3 @authority in lower case, without default port',
      authority,
      { origin: 'https://WWW.example.com:443' },
    ],
    [
      '2.2.3 @authority with another port',
      { '@authority': 'www.example.com:8443' },
      { origin: 'https://www.example.com:8443' },
    ],
    ['2.2.4 @scheme', { '@scheme': 'http' }, { origin: 'http://www.example.com' }],
    ['2.2.6 @path', { '@path': '/path' }, { sent: { path: '/path', rawQuery: 'a=b', query: { a: ['b'] } } }],
    ['2.2.6 an empty @path is a slash', { '@path': '/' }, { sent: { path: '' } }],
    ['2.2.7 @query', { '@query': `?${rawQuery}` }, { sent: { api: 'http2', rawQuery } }],
    ['2.2.7 an absent @query is ?', { '@query': '?' }],
    [
      '2.2.8 @query-param',
      {
        '@query-param;name="baz"': 'batman',
        '@query-param;name="qux"': '',
        '@query-param;name="param"': 'value',
      },
      { sent: quxes },
    ],
    [
      '2.2.8 @query-param encoded again',
      {
        '@query-param;name="var"': 'this%20is%20a%20big%0Amultiline%20value',
        '@query-param;name="bar"': 'with%20plus%20whitespace',
        '@query-param;name="fa%C3%A7ade%22%3A%20"': 'something',
      },
      { sent: multiline },
    ],
  ];
  for (const [name, covered, { sent, headers = [], origin } = {}] of cases) {
    for (const api of sent?.api ? [sent.api] : apis) {
      test(`${name}, on ${api}`, async () => {
        const given = { settings: { signatureComponents: [], publicOrigin: origin } };
        const signed = signedGet(linesOf(covered), {}, headers);
        assert.equal(await outcome({ ...signed, ...sent, api }, given), 'install');
      });
    }
  }
});

suite('RFC 9421 section 3.2', () => {
  test('hands on the digest that is covered', async () => {
    const digest = ['Content-Digest', 'sha-256=:AAAA:'] as const;
    const covered = signedGet([...minimum, ['"content-digest"', 'sha-256=:AAAA:']], {}, [digest]);
    assert.deepEqual(await verify(covered), { messageSignature: 'install', contentDigest: 'sha-256=:AAAA:' });
    assert.deepEqual(await verify(signedGet(minimum, {}, [digest])), { messageSignature: 'install' });
  });
});
