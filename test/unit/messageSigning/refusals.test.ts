import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  apis,
  coverage,
  created,
  type Given,
  type Header,
  keyMissing,
  type Line,
  linesOf,
  malformed,
  minimum,
  mismatch,
  missing,
  now,
  outcome,
  type Sent,
  signatureHeaders,
  signedGet,
  stale,
  token,
  verify,
} from './support/signing.ts';

const good = signedGet();
const [tokenHeader, input, signature] = good.headers as [Header, Header, Header];
const inputOf = (text: string): Sent => ({ headers: [tokenHeader, ['Signature-Input', text], signature] });
const signatureOf = (text: string): Sent => ({ headers: [tokenHeader, input, ['Signature', text]] });
const without = (name: string): Sent => ({ headers: good.headers.filter(([other]) => other !== name) });
const and = (...more: readonly Header[]): Sent => ({ headers: [...good.headers, ...more] });
const unsigned: Sent = { headers: [tokenHeader] };
const noKey = { ipk: undefined, mskid: undefined };

suite(missing, () => {
  const cases: [string, Sent][] = [
    ['no header', unsigned],
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
    ['another label', { headers: signatureHeaders(minimum, { label: 'account' }) }],
    ['the labels of the two headers differ', signatureOf(signature[1].replace('install', 'other'))],
    ['no header, and no key in the token', { headers: [] }],
  ];
  for (const [name, sent] of cases) {
    test(name, async () => assert.equal(await outcome(sent), missing));
  }
});

suite(malformed, () => {
  const method = 'install=("@method")';
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
    ['the label occurs twice, in two lines', and(['Signature-Input', `${input[1]};x`])],
    ['the label of Signature occurs twice', and(['Signature', `${signature[1]};x`])],
    ['Signature is not a dictionary', signatureOf(':AAAA:')],
    ['Signature is a token', signatureOf('install=AAAA')],
    ['Signature is an inner list', signatureOf('install=(:AAAA:)')],
    ['Signature is not base64', signatureOf('install=:!:')],
    ['Signature is text, but not base64', signatureOf('install="!"')],
    ['Signature is text, but base64url', signatureOf('install="-_-_"')],
    ['Signature is text, but not padded', signatureOf('install="AAA"')],
    ['created is text', inputOf(`${method};created="1"`)],
    ['created is a fraction', inputOf(`${method};created=1.5`)],
    ['created is a Decimal', inputOf(`${method};created=${created}.0`)],
    ['created is a Decimal after a space', inputOf(`${method}; created=${created}.0`)],
    ['created is a Decimal, then an Integer', inputOf(`${method};created=1.0;created=${created}`)],
    ['created is a negative Decimal', inputOf(`${method};created=-1.0`)],
    ['expires is a Decimal', inputOf(`${method};created=${created};expires=${created + 15}.0`)],
    [
      'expires is a Decimal after quotes',
      inputOf(`${method};created=${created};x="\\");\\"";y=%"\\";expires=${created + 15}.000`),
    ],
    ['created is true', inputOf(`${method};created`)],
    ['created is a date', inputOf(`${method};created=@1`)],
    ['expires is text', inputOf(`${method};created=${created};expires="1"`)],
    ['alg is a token', inputOf(`${method};created=${created};alg=hmac-sha256`)],
  ];
  for (const [name, sent] of cases) {
    test(name, async () => {
      assert.equal(await outcome(sent), malformed);
      assert.equal(await outcome(sent, { claims: noKey }), malformed, 'before the key');
    });
  }
});

suite('is not a reason to refuse', () => {
  const tag = `;created=${created};tag=";created=1.0"`;
  const cases: [string, Sent][] = [
    ['Signature-Input twice, the same text', and(input)],
    ['Signature twice, the same text', and(signature)],
    ['both twice', and(input, signature)],
    ['text that looks like a Decimal', signedGet(minimum, { params: tag })],
    ['a Decimal that is not a time', signedGet(minimum, { params: `;created=${created};recreated=1.0` })],
  ];
  for (const [name, sent] of cases) {
    for (const api of apis) {
      test(`${name}, on ${api}`, async () => assert.equal(await outcome({ ...sent, api }), 'install'));
    }
  }
});

suite('a token without key', () => {
  const allow = { messageSigningWithoutKey: 'allow' } as const;
  const account = { messageSigning: 'account' } as const;
  const byAccount = signedGet(minimum, { label: 'account' });
  const cases: [name: string, sent: Sent, settings: NonNullable<Given['settings']>, expected: string][] = [
    ['install, refused', good, {}, keyMissing],
    ['install, allowed', good, allow, 'absent'],
    ['allowed without signature', unsigned, allow, 'absent'],
    ['refused for the missing signature first', unsigned, {}, missing],
    ['account, refused', byAccount, account, keyMissing],
    ['account, allowed', good, { ...account, ...allow }, 'absent'],
  ];
  for (const [name, sent, settings, expected] of cases) {
    test(name, async () => assert.equal(await outcome(sent, { settings, claims: noKey }), expected));
  }

  test('a request must be signed if its token has a key, even when tokens without a key pass', async () => {
    assert.equal(await outcome(unsigned, { settings: allow }), missing);
    assert.equal(await outcome(good, { settings: allow, claims: { ipk: '' } }), keyMissing);
  });
});

suite(coverage, () => {
  const values: Readonly<Record<string, string>> = {
    '@method': 'GET',
    '@target-uri': 'https://api.example.com/shapes',
    'approov-token': token,
    '@authority': 'api.example.com',
    '@path': '/shapes',
    '@query': '?',
    '@scheme': 'https',
    '@request-target': '/shapes',
    authorization: 'Bearer abc',
  };
  const bearer: Header = ['Authorization', 'Bearer abc'];
  const usual = '@method @target-uri approov-token';
  interface Rest {
    readonly required?: string;
    readonly binding?: 'required';
    readonly query?: boolean;
  }
  const query = { query: true };
  const binding = { binding: 'required' } as const;
  const cases: [name: string, covered: string, expected: string, rest?: Rest][] = [
    ['all by default', usual, 'install'],
    ['in another order', 'approov-token @target-uri @method', 'install'],
    ['without @method', '@target-uri approov-token', coverage],
    ['without @target-uri', '@method approov-token', coverage],
    ['without the token', '@method @target-uri', coverage],
    ['nothing', '', coverage],
    ['nothing required', '', 'install', { required: '' }],
    ['@authority and @path for @target-uri', '@method @authority @path approov-token', 'install'],
    ['@authority and @path, with a query', '@method @authority @path approov-token', coverage, query],
    ['@authority, @path and @query', '@method @authority @path @query approov-token', 'install', query],
    ['@authority without @path', '@method @authority @query approov-token', coverage],
    ['@path without @authority', '@method @path @query approov-token', coverage],
    ['@target-uri for its parts', '@target-uri', 'install', { required: '@scheme @authority @path @query' }],
    ['the request target for @target-uri', '@method @authority @request-target approov-token', 'install'],
    ['the same with a query', '@method @authority @request-target approov-token', 'install', query],
    ['@request-target for its parts', '@request-target', 'install', { required: '@path @query' }],
    ['@request-target without @authority', '@method @request-target approov-token', coverage],
    ['@request-target for what it lacks', '@request-target', coverage, { required: '@scheme' }],
    ['@target-uri for @method', '@target-uri', coverage, { required: '@method' }],
    ['a further requirement', usual, coverage, { required: 'content-digest' }],
    ['authorization with binding', `${usual} authorization`, 'install', binding],
    ['no authorization with binding', usual, coverage, binding],
    ['no authorization without binding', usual, 'install'],
  ];
  const words = (text: string) => text.split(' ').filter(Boolean);
  for (const [name, covered, expected, rest = {}] of cases) {
    test(`${name}: ${covered || 'none'}`, async () => {
      const queried: Readonly<Record<string, string>> = {
        ...values,
        ...(rest.query && { '@query': '?a=1', '@request-target': '/shapes?a=1' }),
      };
      const lines = words(covered).map((component) => [component, queried[component]]);
      const sent = signedGet(linesOf(Object.fromEntries(lines)), {}, [bearer]);
      const given = {
        settings: {
          binding: rest.binding ?? ('off' as const),
          ...(rest.required !== undefined && { signatureComponents: words(rest.required) }),
        },
      };
      assert.equal(await outcome({ ...sent, query: rest.query ? { a: ['1'] } : {} }, given), expected);
      const raw: Sent = { ...sent, api: 'http2', rawQuery: rest.query ? 'a=1' : '' };
      assert.equal(await outcome(raw, given), expected, 'HTTP API 2.0');
    });
  }

  test('binding without an Authorization header', async () => {
    assert.equal(await outcome(good, { settings: binding }), 'install');
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
    test(name, async () => {
      const sent = signedGet([...minimum, line], {}, [['X-A', '1'], ...headers]);
      assert.equal(await outcome({ ...sent, query: { a: ['1'], ä: ['1'] } }), coverage);
    });
  }

  test('a query parameter that occurs twice', async () => {
    const sent = signedGet([...minimum, ['"@query-param";name="a"', '1']]);
    assert.equal(await outcome({ ...sent, query: { a: ['1', '1'] } }), coverage);
  });

  test('a requirement that only a component with parameters meets', async () => {
    const sent = { ...signedGet([['"@query-param";name="a"', '1']]), query: { a: ['1'] } };
    assert.equal(await outcome(sent, { settings: { signatureComponents: ['@query-param'] } }), coverage);
  });

  test('a component that is listed twice counts once', async () => {
    const [method, , approovToken] = minimum as [Line, Line, Line];
    assert.equal(await outcome(signedGet([method, method, approovToken])), coverage);
  });
});

suite(stale, () => {
  const whole = Math.floor(now);
  const tolerant = { at: whole, tolerance: 5 };
  const cases: [
    name: string,
    params: string,
    expected: string,
    rest?: { at?: number; tolerance?: number },
  ][] = [
    ['no created', '', stale],
    ['now', `;created=${whole}`, 'install'],
    ['of the greatest age', `;created=${whole - 60}`, 'install', { at: whole }],
    ['older by a millisecond', `;created=${whole - 60}`, stale, { at: whole + 0.001 }],
    ['older, within the tolerance', `;created=${whole - 65}`, 'install', tolerant],
    ['older than the tolerance', `;created=${whole - 66}`, stale, tolerant],
    ['in the future', `;created=${whole + 1}`, stale],
    ['in the future, within the tolerance', `;created=${whole + 5}`, 'install', tolerant],
    ['in the future beyond the tolerance', `;created=${whole + 6}`, stale, tolerant],
    ['created in milliseconds', `;created=${whole * 1000}`, stale],
    ['created 0', ';created=0', stale],
    ['created negative', ';created=-1', stale],
    ['expires later', `;created=${whole};expires=${whole + 1}`, 'install'],
    ['expires now', `;created=${whole};expires=${whole}`, stale, { at: whole }],
    ['expired, within the tolerance', `;created=${whole - 9};expires=${whole - 4}`, 'install', tolerant],
    ['expired beyond the tolerance', `;created=${whole - 9};expires=${whole - 5}`, stale, tolerant],
    ['expires before created', `;created=${whole};expires=0`, stale],
  ];
  for (const [name, params, expected, { at = now, tolerance = 0 } = {}] of cases) {
    test(name, async () => {
      const given = { settings: { clockToleranceSeconds: tolerance }, now: at };
      assert.equal(await outcome(signedGet(minimum, { params }), given), expected);
    });
  }
});

suite(mismatch, () => {
  const signedWith = (alg: string) => signedGet(minimum, { params: `;created=${created};alg="${alg}"` });
  const cases: [string, Sent, string][] = [
    ['the label’s algorithm', signedWith('ecdsa-p256-sha256'), 'install'],
    ['another algorithm, signed', signedWith('hmac-sha256'), mismatch],
    ['an unknown algorithm, signed', signedWith('none'), mismatch],
    ['an HMAC keyed with the public key', signedGet(minimum, { key: Buffer.alloc(64, 'x') }), mismatch],
  ];
  for (const [name, sent, expected] of cases) {
    test(name, async () => assert.equal(await outcome(sent), expected));
  }

  const bearer: Header = ['Authorization', 'Bearer abc'];
  const once: Line = ['"authorization"', 'Bearer abc'];
  for (const api of apis) {
    test(`a component that is listed twice has two lines, neither of another value, on ${api}`, async () => {
      const twice = { ...signedGet([...minimum, once, once], {}, [bearer]), api };
      assert.equal(await outcome(twice), 'install');
      const listedOnce = twice.headers.map(
        ([name, value]): Header => [
          name,
          value.replace('"authorization" "authorization"', '"authorization"'),
        ],
      );
      assert.equal(await outcome({ ...twice, headers: listedOnce }), mismatch);
      const differing: Line[] = [...minimum, once, ['"authorization"', 'Bearer other']];
      assert.equal(await outcome({ ...signedGet(differing, {}, [bearer]), api }), mismatch);
    });
  }
});

suite('failures, which are not the client’s fault', () => {
  test('the event has no domain name', async () => {
    await assert.rejects(verify({ ...good, domainName: null }), { code: 'event_invalid' });
    const settings = { publicOrigin: 'https://api.example.com' };
    assert.equal(await outcome({ ...good, domainName: null }, { settings }), 'install');
  });

  test('the domain name is not needed when it is not covered', async () => {
    const sent = { ...signedGet([['"@method"', 'GET']]), domainName: null };
    assert.equal(await outcome(sent, { settings: { signatureComponents: [] } }), 'install');
  });
});
