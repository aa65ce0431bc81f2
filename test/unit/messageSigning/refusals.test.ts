import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  created,
  type Given,
  type Header,
  type Line,
  minimum,
  now,
  outcome,
  type Sent,
  signatureHeaders,
  signedGet,
  token,
  verify,
} from './support/signing.ts';

interface Case {
  name: string;
  sent: Sent;
  given?: Given;
  expected: string;
}

const good = signedGet();
const [, input, signature] = good.headers as [Header, Header, Header];
const inputOf = (text: string): Sent => ({
  headers: [...good.headers.slice(0, 1), ['Signature-Input', text], signature],
});
const signatureOf = (text: string): Sent => ({ headers: [...good.headers.slice(0, 2), ['Signature', text]] });
const without = (name: string): Sent => ({ headers: good.headers.filter(([other]) => other !== name) });
const noKey = { ipk: undefined, mskid: undefined };

describe('message_signature_missing', () => {
  const cases: [string, Sent][] = [
    ['no header', { headers: [['Approov-Token', token]] }],
    ['no Signature', without('Signature')],
    ['no Signature-Input', without('Signature-Input')],
    [
      'empty headers',
      {
        headers: [
          ['Signature', ''],
          ['Signature-Input', ''],
        ],
      },
    ],
    ['another label', { headers: [...signatureHeaders(minimum, { label: 'account' })] }],
    ['the labels of the two headers differ', signatureOf(signature[1].replace('install', 'other'))],
    ['no header, and no key in the token', { headers: [] }],
  ];
  for (const [name, sent] of cases) {
    it(name, async () => assert.equal(await outcome(sent), 'message_signature_missing'));
  }
});

describe('message_signature_malformed', () => {
  const cases: [string, Sent][] = [
    ['Signature-Input is not a dictionary', inputOf('("@method")')],
    ['Signature-Input breaks off', inputOf('install=("@method"')],
    ['Signature-Input ends with a comma', inputOf(`${input[1]},`)],
    ['Signature-Input has an unfinished string', inputOf('install=("@method);created=1')],
    ['Signature-Input is not ASCII', inputOf('install=("é")')],
    ['another member of Signature-Input is broken', inputOf(`${input[1]}, other=(`)],
    ['the member is not a list', inputOf('install="@method"')],
    ['the member has no value', inputOf('install')],
    ['a component is a token', inputOf('install=(@method)')],
    ['a component is a number', inputOf(`install=("@method" 1);created=${created}`)],
    ['the label occurs twice', inputOf(`${input[1]}, ${input[1]};x`)],
    [
      'the label occurs twice, in two lines',
      { headers: [...good.headers, ['Signature-Input', `${input[1]};x`]] },
    ],
    [
      'the label of Signature occurs twice',
      { headers: [...good.headers, ['Signature', `${signature[1]};x`]] },
    ],
    ['Signature is not a dictionary', signatureOf(':AAAA:')],
    ['Signature is a token', signatureOf('install=AAAA')],
    ['Signature is an inner list', signatureOf('install=(:AAAA:)')],
    ['Signature is not base64', signatureOf('install=:!:')],
    ['Signature is text, but not base64', signatureOf('install="!"')],
    ['Signature is text, but base64url', signatureOf('install="-_-_"')],
    ['Signature is text, but not padded', signatureOf('install="AAA"')],
    ['created is text', inputOf('install=("@method");created="1"')],
    ['created is a fraction', inputOf('install=("@method");created=1.5')],
    ['created is a Decimal', inputOf(`install=("@method");created=${created}.0`)],
    ['created is a Decimal behind a space', inputOf(`install=("@method"); created=${created}.0`)],
    ['created is a Decimal, then an Integer', inputOf(`install=("@method");created=1.0;created=${created}`)],
    ['created is a negative Decimal', inputOf('install=("@method");created=-1.0')],
    ['expires is a Decimal', inputOf(`install=("@method");created=${created};expires=${created + 15}.0`)],
    [
      'expires is a Decimal behind quotes',
      inputOf(`install=("@method");created=${created};x="\\");\\"";y=%"\\";expires=${created + 15}.000`),
    ],
    ['created is true', inputOf('install=("@method");created')],
    ['created is a date', inputOf('install=("@method");created=@1')],
    ['expires is text', inputOf(`install=("@method");created=${created};expires="1"`)],
    ['alg is a token', inputOf(`install=("@method");created=${created};alg=hmac-sha256`)],
  ];
  for (const [name, sent] of cases) {
    it(name, async () => {
      assert.equal(await outcome(sent), 'message_signature_malformed');
      assert.equal(await outcome(sent, { claims: noKey }), 'message_signature_malformed', 'before the key');
    });
  }
});

describe('is not a reason to refuse', () => {
  const twice = (...more: readonly Header[]): Sent => ({ headers: [...good.headers, ...more] });
  const decimal = `;created=${created};tag=";created=1.0"`;
  const cases: [string, Sent][] = [
    ['Signature-Input twice, the same text', twice(input)],
    ['Signature twice, the same text', twice(signature)],
    ['both twice', twice(input, signature)],
    ['text that looks like a Decimal', signedGet(minimum, { params: decimal })],
    ['a Decimal that is not a time', signedGet(minimum, { params: `;created=${created};recreated=1.0` })],
  ];
  for (const [name, sent] of cases) {
    for (const api of ['rest', 'http1', 'http2'] as const) {
      it(`${name}, on ${api}`, async () => assert.equal(await outcome({ ...sent, api }), 'install'));
    }
  }
});

describe('a token without key', () => {
  const cases: Case[] = [
    { name: 'install, refused', sent: good, expected: 'message_signature_key_missing' },
    {
      name: 'install, allowed',
      sent: good,
      given: { settings: { messageSigningWithoutKey: 'allow' } },
      expected: 'absent',
    },
    {
      name: 'allowed without signature',
      sent: { headers: [] },
      given: { settings: { messageSigningWithoutKey: 'allow' } },
      expected: 'absent',
    },
    {
      name: 'refused for the missing signature first',
      sent: { headers: [] },
      expected: 'message_signature_missing',
    },
    {
      name: 'account, refused',
      sent: signedGet(minimum, { label: 'account' }),
      given: { settings: { messageSigning: 'account' } },
      expected: 'message_signature_key_missing',
    },
    {
      name: 'account, allowed',
      sent: good,
      given: { settings: { messageSigning: 'account', messageSigningWithoutKey: 'allow' } },
      expected: 'absent',
    },
  ];
  for (const { name, sent, given, expected } of cases) {
    it(name, async () => assert.equal(await outcome(sent, { ...given, claims: noKey }), expected));
  }
  it('a request must be signed if its token has a key, even when tokens without a key pass', async () => {
    const given: Given = { settings: { messageSigningWithoutKey: 'allow' } };
    assert.equal(await outcome({ headers: [] }, given), 'message_signature_missing');
    assert.equal(await outcome(good, { ...given, claims: { ipk: '' } }), 'message_signature_key_missing');
  });
});

describe('message_signature_coverage', () => {
  const lines = new Map<string, Line>([
    ...minimum.map((line) => [line[0].slice(1, -1), line] as const),
    ['@authority', ['"@authority"', 'api.example.com']],
    ['@path', ['"@path"', '/shapes']],
    ['@query', ['"@query"', '?']],
    ['@scheme', ['"@scheme"', 'https']],
    ['@request-target', ['"@request-target"', '/shapes']],
    ['authorization', ['"authorization"', 'Bearer abc']],
  ]);
  const bearer: Header = ['Authorization', 'Bearer abc'];
  const coverage = 'message_signature_coverage';
  const cases: {
    name: string;
    covered: string;
    required?: string;
    binding?: boolean;
    query?: boolean;
    expected: string;
  }[] = [
    { name: 'all by default', covered: '@method @target-uri approov-token', expected: 'install' },
    { name: 'in another order', covered: 'approov-token @target-uri @method', expected: 'install' },
    { name: 'without @method', covered: '@target-uri approov-token', expected: coverage },
    { name: 'without @target-uri', covered: '@method approov-token', expected: coverage },
    { name: 'without the token', covered: '@method @target-uri', expected: coverage },
    { name: 'nothing', covered: '', expected: coverage },
    { name: 'nothing required', covered: '', required: '', expected: 'install' },
    {
      name: '@authority and @path for @target-uri',
      covered: '@method @authority @path approov-token',
      expected: 'install',
    },
    {
      name: '@authority and @path, but there is a query',
      covered: '@method @authority @path approov-token',
      query: true,
      expected: coverage,
    },
    {
      name: '@authority, @path and @query',
      covered: '@method @authority @path @query approov-token',
      query: true,
      expected: 'install',
    },
    {
      name: '@authority without @path',
      covered: '@method @authority @query approov-token',
      expected: coverage,
    },
    { name: '@path without @authority', covered: '@method @path @query approov-token', expected: coverage },
    {
      name: '@target-uri for its parts',
      covered: '@target-uri',
      required: '@scheme @authority @path @query',
      expected: 'install',
    },
    {
      name: '@authority and @request-target for @target-uri',
      covered: '@method @authority @request-target approov-token',
      expected: 'install',
    },
    {
      name: '@authority and @request-target for @target-uri, with a query',
      covered: '@method @authority @request-target approov-token',
      query: true,
      expected: 'install',
    },
    {
      name: '@request-target for its parts',
      covered: '@request-target',
      required: '@path @query',
      expected: 'install',
    },
    {
      name: '@request-target without @authority',
      covered: '@method @request-target approov-token',
      expected: coverage,
    },
    {
      name: '@request-target for what it does not contain',
      covered: '@request-target',
      required: '@scheme',
      expected: coverage,
    },
    { name: '@target-uri for @method', covered: '@target-uri', required: '@method', expected: coverage },
    {
      name: 'a further requirement',
      covered: '@method @target-uri approov-token',
      required: 'content-digest',
      expected: coverage,
    },
    {
      name: 'authorization with binding',
      covered: '@method @target-uri approov-token authorization',
      binding: true,
      expected: 'install',
    },
    {
      name: 'no authorization with binding',
      covered: '@method @target-uri approov-token',
      binding: true,
      expected: coverage,
    },
    {
      name: 'no authorization without binding',
      covered: '@method @target-uri approov-token',
      expected: 'install',
    },
  ];
  for (const { name, covered, required, binding = false, query, expected } of cases) {
    it(`${name}: ${covered || 'none'}`, async () => {
      const values = covered
        .split(' ')
        .filter(Boolean)
        .map((component) => lines.get(component) as Line);
      const queried = values.map(([id, value]): Line => {
        if (query && id === '"@query"') return [id, '?a=1'];
        return [id, query && id === '"@request-target"' ? `${value}?a=1` : value];
      });
      const sent = { ...signedGet(queried, {}, [bearer]), ...(query && { query: { a: ['1'] } }) };
      const signatureComponents = required?.split(' ').filter(Boolean);
      const given = {
        settings: {
          binding: binding ? ('required' as const) : ('off' as const),
          ...(signatureComponents && { signatureComponents }),
        },
      };
      assert.equal(await outcome(sent, given), expected);
      const raw: Sent = { ...signedGet(queried, {}, [bearer]), api: 'http2', rawQuery: query ? 'a=1' : '' };
      assert.equal(await outcome(raw, given), expected, 'HTTP API 2.0');
    });
  }

  it('binding without an Authorization header', async () => {
    assert.equal(await outcome(good, { settings: { binding: 'required' } }), 'install');
  });

  const unknown: [string, Line, Header[]?][] = [
    ['a derived component of responses', ['"@status"', '200']],
    ['@signature-params', ['"@signature-params"', '']],
    ['an unknown derived component', ['"@constructor"', '']],
    ['@query-param without name', ['"@query-param"', '1']],
    ['@query-param with a name that is not a string', ['"@query-param";name=1', '1']],
    ['@query-param of another request', ['"@query-param";name="a";req', '1']],
    ['@query-param with a name that is not UTF-8', ['"@query-param";name="%FF"', '1']],
    ['@query-param with a name that is encoded in lower case', ['"@query-param";name="%c3%a4"', '1']],
    ['@query-param that the query does not have', ['"@query-param";name="b"', '1']],
    ['@method of another request', ['"@method";req', 'GET']],
    ['a header of the trailer', ['"x-a";tr', '1']],
    ['a header as bytes', ['"x-a";bs', ':MQ==:']],
    ['a header serialised strictly', ['"x-a";sf', '1']],
    ['a member of a header', ['"x-a";key="b"', '1']],
    ['a header with an unknown parameter', ['"x-a";unknown', '1']],
    ['a header that the request does not have', ['"x-b"', '1']],
    ['a header not in lower case', ['"X-A"', '1']],
    ['a header with a line break', ['"x-c"', '1\n"x-d": 2'], [['X-C', '1\n"x-d": 2']]],
  ];
  for (const [name, line, headers = []] of unknown) {
    it(name, async () => {
      const sent = {
        ...signedGet([...minimum, line], {}, [['X-A', '1'], ...headers]),
        query: { a: ['1'], ä: ['1'] },
      };
      assert.equal(await outcome(sent), coverage);
    });
  }

  it('a query parameter that occurs twice', async () => {
    const sent = signedGet([...minimum, ['"@query-param";name="a"', '1']]);
    assert.equal(await outcome({ ...sent, query: { a: ['1', '1'] } }), coverage);
  });

  it('a requirement that only a component with parameters meets', async () => {
    const sent = { ...signedGet([['"@query-param";name="a"', '1']]), query: { a: ['1'] } };
    const given = { settings: { signatureComponents: ['@query-param'] } };
    assert.equal(await outcome(sent, given), coverage);
  });
});

describe('message_signature_stale', () => {
  const stale = 'message_signature_stale';
  const whole = Math.floor(now);
  const cases: { name: string; params: string; tolerance?: number; at?: number; expected: string }[] = [
    { name: 'no created', params: '', expected: stale },
    { name: 'now', params: `;created=${whole}`, expected: 'install' },
    { name: 'of the greatest age', params: `;created=${whole - 60}`, at: whole, expected: 'install' },
    { name: 'older by a millisecond', params: `;created=${whole - 60}`, at: whole + 0.001, expected: stale },
    {
      name: 'older, within the tolerance',
      params: `;created=${whole - 65}`,
      at: whole,
      tolerance: 5,
      expected: 'install',
    },
    {
      name: 'older than the tolerance',
      params: `;created=${whole - 66}`,
      at: whole,
      tolerance: 5,
      expected: stale,
    },
    { name: 'in the future', params: `;created=${whole + 1}`, expected: stale },
    {
      name: 'in the future, within the tolerance',
      params: `;created=${whole + 5}`,
      at: whole,
      tolerance: 5,
      expected: 'install',
    },
    {
      name: 'in the future beyond the tolerance',
      params: `;created=${whole + 6}`,
      at: whole,
      tolerance: 5,
      expected: stale,
    },
    { name: 'created in milliseconds', params: `;created=${whole * 1000}`, expected: stale },
    { name: 'created 0', params: ';created=0', expected: stale },
    { name: 'created negative', params: ';created=-1', expected: stale },
    { name: 'expires later', params: `;created=${whole};expires=${whole + 1}`, expected: 'install' },
    { name: 'expires now', params: `;created=${whole};expires=${whole}`, at: whole, expected: stale },
    {
      name: 'expired, within the tolerance',
      params: `;created=${whole - 9};expires=${whole - 4}`,
      at: whole,
      tolerance: 5,
      expected: 'install',
    },
    {
      name: 'expired beyond the tolerance',
      params: `;created=${whole - 9};expires=${whole - 5}`,
      at: whole,
      tolerance: 5,
      expected: stale,
    },
    { name: 'expires before created', params: `;created=${whole};expires=0`, expected: stale },
  ];
  for (const { name, params, tolerance = 0, at = now, expected } of cases) {
    it(name, async () => {
      const given = { settings: { clockToleranceSeconds: tolerance }, now: at };
      assert.equal(await outcome(signedGet(minimum, { params }), given), expected);
    });
  }
});

describe('message_signature_mismatch', () => {
  const alg = (name: string) => `;created=${created};alg="${name}"`;
  const cases: [string, Sent, string][] = [
    ['the label’s algorithm', signedGet(minimum, { params: alg('ecdsa-p256-sha256') }), 'install'],
    [
      'another algorithm, signed',
      signedGet(minimum, { params: alg('hmac-sha256') }),
      'message_signature_mismatch',
    ],
    [
      'an unknown algorithm, signed',
      signedGet(minimum, { params: alg('none') }),
      'message_signature_mismatch',
    ],
    [
      'an HMAC keyed with the public key',
      signedGet(minimum, { key: Buffer.from('x'.repeat(64)) }),
      'message_signature_mismatch',
    ],
  ];
  for (const [name, sent, expected] of cases) {
    it(name, async () => assert.equal(await outcome(sent), expected));
  }
});

describe('failures, which are not the client’s fault', () => {
  it('the event has no domain name', async () => {
    await assert.rejects(verify({ ...good, domainName: null }), { code: 'event_invalid' });
    const settings = { publicOrigin: 'https://api.example.com' };
    assert.equal(await outcome({ ...good, domainName: null }, { settings }), 'install');
  });
  it('the domain name is not needed when it is not covered', async () => {
    const sent = { ...signedGet([['"@method"', 'GET']]), domainName: null };
    assert.equal(await outcome(sent, { settings: { signatureComponents: [] } }), 'install');
  });
});
