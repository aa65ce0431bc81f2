import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Header, type Line, outcome, type Sent, signedGet, token } from './support/signing.ts';

const mismatch = 'message_signature_mismatch';
const coverage = 'message_signature_coverage';
const apis = ['rest', 'http1', 'http2'] as const;
type Api = (typeof apis)[number];
const host = 'https://api.example.com';
const given = { settings: { signatureComponents: [] } };

/** A request as the API hands it on. */
interface Request {
  path?: string;
  /** without `?`; its parameters are given to the APIs that decode them */
  query?: string;
  headers?: readonly Header[];
}

function sentOf(
  api: Api,
  { path = '/shapes', query = '', headers = [] }: Request,
  lines: readonly Line[],
): Sent {
  const parameters = new URLSearchParams(`&${query}`);
  const signature = signedGet(lines).headers;
  return {
    api,
    path,
    rawQuery: query,
    query: Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)])),
    headers: [...headers, ...signature],
  };
}

/** A request, and what its client signs. */
interface Signed {
  name: string;
  lines: Line[];
  request: Request;
  apis?: readonly Api[];
}

describe("Approov's clients' spellings", () => {
  const accepted: Signed[] = [
    {
      name: 'target URI of the root without slash',
      lines: [['"@target-uri"', host]],
      request: { path: '/' },
    },
    {
      name: 'target URI of the root without slash, with a query',
      lines: [['"@target-uri"', `${host}?a=1`]],
      request: { path: '/', query: 'a=1' },
    },
    {
      name: 'target URI of the root with slash',
      lines: [['"@target-uri"', `${host}/`]],
      request: { path: '/' },
    },
    { name: '@path of the root, empty', lines: [['"@path"', '']], request: { path: '/' } },
    { name: '@query without its ?', lines: [['"@query"', 'a=1&b=%20']], request: { query: 'a=1&b=%20' } },
    { name: '@query of none', lines: [['"@query"', '']], request: {} },
    {
      name: '@query-param decoded',
      lines: [['"@query-param";name="a"', 'x y/ä']],
      request: { query: 'a=x%20y/%C3%A4&b=1' },
    },
    {
      name: '@query-param with a decoded name',
      lines: [['"@query-param";name="a[]"', '1 2']],
      request: { query: 'a%5B%5D=1%202' },
    },
    {
      name: '@query-param of RFC 9421 with an encoded name',
      lines: [['"@query-param";name="a%5B%5D"', '1%202']],
      request: { query: 'a%5B%5D=1%202' },
    },
    {
      name: '@query-param with a decoded name and an encoded value',
      lines: [['"@query-param";name="a[]"', '1%202']],
      request: { query: 'a%5B%5D=1%202' },
    },
    { name: '@request-target', lines: [['"@request-target"', '/shapes']], request: {} },
    {
      name: '@request-target with a query',
      lines: [['"@request-target"', '/shapes?a=1']],
      request: { query: 'a=1' },
    },
    {
      name: '@request-target of the root, empty',
      lines: [['"@request-target"', '']],
      request: { path: '/' },
    },
    {
      name: '@request-target of the root without slash, with a query',
      lines: [['"@request-target"', '?a=1']],
      request: { path: '/', query: 'a=1' },
    },
    {
      name: 'all of okhttp',
      lines: [
        ['"@target-uri"', `${host}/shapes?a=x%20y`],
        ['"@request-target"', '/shapes?a=x%20y'],
        ['"@path"', '/shapes'],
        ['"@query"', 'a=x%20y'],
        ['"@query-param";name="a"', 'x y'],
      ],
      request: { query: 'a=x%20y' },
    },
    {
      name: 'Apple: @path decoded',
      lines: [['"@path"', '/a b/ä']],
      request: { path: '/a%20b/%C3%A4' },
      apis: ['rest'],
    },
    {
      name: 'Apple: @path decoded, as the API decodes it too',
      lines: [['"@path"', '/a b/ä']],
      request: { path: '/a b/ä' },
      apis: ['http1', 'http2'],
    },
    {
      name: 'Apple: all',
      lines: [
        ['"@target-uri"', `${host}/a%20b?c=d%20e`],
        ['"@request-target"', '/a b?c=d%20e'],
        ['"@path"', '/a b'],
        ['"@query"', 'c=d%20e'],
        ['"@query-param";name="c"', 'd e'],
      ],
      request: { path: '/a%20b', query: 'c=d%20e' },
      apis: ['rest'],
    },
    {
      name: 'java.net.URI: what RFC 3986 does not allow is escaped, escapes are left alone',
      lines: [['"@target-uri"', `${host}/a%5B1%5D%20`]],
      request: { path: '/a[1]%20' },
      apis: ['rest'],
    },
    {
      name: 'RFC 9421, a query that starts with a question mark',
      lines: [['"@query"', '??a=1']],
      request: { query: '?a=1' },
      apis: ['http2'],
    },
    {
      name: 'RFC 9421, a parameter whose name starts with a question mark',
      lines: [['"@query-param";name="%3Fa"', '1']],
      request: { query: '?a=1' },
    },
  ];
  for (const { name, lines, request, apis: some = apis } of accepted) {
    for (const api of some) {
      it(`${name}, on ${api}`, async () => {
        assert.equal(await outcome(sentOf(api, request, lines), given), 'install');
      });
    }
  }
});

describe('no spelling makes a signature verify for another request', () => {
  interface Attack extends Signed {
    /** the request that an attacker sends with the signature */
    other: Request;
    expected?: string;
  }
  const attacks: Attack[] = [
    {
      name: 'root without slash for another path',
      lines: [['"@target-uri"', host]],
      request: { path: '/' },
      other: { path: '/shapes' },
    },
    {
      name: 'root without slash: a query into the path',
      lines: [['"@target-uri"', `${host}?a=1`]],
      request: { path: '/', query: 'a=1' },
      other: { path: '/?a=1' },
    },
    {
      name: 'root without slash: the query left out',
      lines: [['"@target-uri"', `${host}?a=1`]],
      request: { path: '/', query: 'a=1' },
      other: { path: '/' },
    },
    {
      name: 'a query that starts with a question mark, for the one without',
      lines: [['"@query"', '?a=1']],
      request: { query: 'a=1' },
      other: { query: '?a=1' },
    },
    {
      name: 'an encoded question mark, for the one without',
      lines: [['"@query"', '?a=1']],
      request: { query: 'a=1' },
      other: { query: '%3Fa=1' },
    },
    {
      name: '@query: another value',
      lines: [['"@query"', 'a=1']],
      request: { query: 'a=1' },
      other: { query: 'a=2' },
    },
    {
      name: '@query: one parameter more',
      lines: [['"@query"', 'a=1']],
      request: { query: 'a=1' },
      other: { query: 'a=1&b=2' },
    },
    {
      name: '@query of none, but there is one',
      lines: [['"@query"', '']],
      request: {},
      other: { query: 'a=1' },
    },
    {
      name: '@query of none, but there is an empty parameter',
      lines: [['"@query"', '']],
      request: {},
      other: { query: '=' },
    },
    {
      name: 'target URI without a query, but there is an empty parameter',
      lines: [['"@target-uri"', `${host}/shapes`]],
      request: {},
      other: { query: '=' },
    },
    {
      name: '@query: two values merged into one',
      lines: [['"@query"', 'a=1&b=2']],
      request: { query: 'a=1&b=2' },
      other: { query: 'a=1%26b%3D2' },
    },
    {
      name: '@query-param: an escape, encoded once more',
      lines: [['"@query-param";name="a"', 'x%20y']],
      request: { query: 'a=x%20y' },
      other: { query: 'a=x%2520y' },
    },
    {
      name: '@query-param: a plus for a space',
      lines: [['"@query-param";name="a"', 'x y']],
      request: { query: 'a=x%20y' },
      other: { query: 'a=x%2By' },
    },
    {
      name: '@query-param: another value',
      lines: [['"@query-param";name="a"', 'x/y']],
      request: { query: 'a=x/y' },
      other: { query: 'a=x/z' },
    },
    {
      name: '@query-param: a name, encoded once more',
      lines: [['"@query-param";name="a%20b"', '1']],
      request: { query: 'a%20b=1' },
      other: { query: 'a%2520b=1' },
      expected: coverage,
    },
    {
      name: '@query-param: the value under another name',
      lines: [['"@query-param";name="a"', '1']],
      request: { query: 'a=1' },
      other: { query: 'A=1' },
      expected: coverage,
    },
    {
      name: '@query-param: a question mark before the name',
      lines: [['"@query-param";name="a"', '1']],
      request: { query: 'a=1' },
      other: { query: '?a=1' },
      expected: coverage,
    },
    {
      name: '@query-param: a line break',
      lines: [
        ['"@query-param";name="a"', '1'],
        ['"@query-param";name="b"', '2'],
      ],
      request: { query: 'a=1&b=2' },
      other: { query: 'a=1%0A%22@query-param%22;name=%22b%22:%202&b=' },
    },
    {
      name: '@request-target: the query into the path',
      lines: [['"@request-target"', '/shapes?a=1']],
      request: { query: 'a=1' },
      other: { path: '/shapes?a=1' },
    },
    {
      name: '@request-target: the query into the path, encoded',
      lines: [['"@request-target"', '/shapes?a=1']],
      request: { query: 'a=1' },
      other: { path: '/shapes%3Fa=1' },
    },
    {
      name: '@request-target: another path',
      lines: [['"@request-target"', '/shapes?a=1']],
      request: { query: 'a=1' },
      other: { path: '/shape', query: 's?a=1' },
    },
    {
      name: '@request-target: another parameter',
      lines: [['"@request-target"', '/shapes?a=1']],
      request: { query: 'a=1' },
      other: { query: 'a=1&a=1' },
    },
    ...(
      [
        ['an encoded slash', '/a/b', '/a%2Fb'],
        ['an encoded slash beside what is decoded', '/a b/c', '/a%20b%2Fc'],
        ['encoded dots', '/../a b', '/%2E%2E/a%20b'],
        ['an escape, encoded once more', '/a%20b', '/a%2520b'],
        ['an escape, encoded once more, where the API decodes', '/a b', '/a%2520b'],
        ['an encoded letter', '/admin', '/%61dmin'],
        ['an encoded letter beside what is decoded', '/admin/ä', '/%61dmin/%C3%A4'],
        ['an encoded semicolon', '/a;b', '/a%3Bb'],
        ['an encoded question mark', '/a?b', '/a%3Fb'],
        ['an encoded bracket', '/a[1] ', '/a%5B1%5D%20'],
        ['digits in lower case', '/ä', '/%c3%a4'],
        ['the slash at the end', '/a b', '/a%20b/'],
        ['another letter', '/a ä', '/a%20%C3%A5'],
        ['bytes that are not UTF-8', '/\ufffd', '/%FF'],
        ['a line break', '/a \n"@query": ', '/a%20%0A%22@query%22:%20'],
      ] as const
    ).flatMap(([name, signed, path]): Attack[] =>
      ['"@path"', '"@request-target"'].map((id) => ({
        name: `Apple's ${id}: ${name}`,
        lines: [[id, signed]],
        request: { path: signed },
        apis: ['rest'],
        other: { path },
      })),
    ),
    {
      name: 'a path that an API has decoded: what is left of an escape is text',
      lines: [['"@path"', '/a b']],
      request: { path: '/a b' },
      apis: ['http1', 'http2'],
      other: { path: '/a%20b' },
    },
  ];
  for (const { name, lines, request, other, apis: some = apis, expected = mismatch } of attacks) {
    for (const api of some) {
      it(`${name}, on ${api}`, async () => {
        assert.equal(await outcome(sentOf(api, other, lines), given), expected);
        // The signature verifies for its own request, if there can be such a request.
        if (/^[!-~]*$/.test(request.path ?? '') && !/[?#]/.test(request.path ?? '')) {
          assert.equal(await outcome(sentOf(api, request, lines), given), 'install');
        }
      });
    }
  }

  it('a host in another spelling, or with a port', async () => {
    for (const value of ['API.example.com', 'api.example.com:443', 'api.example.com.', '']) {
      assert.equal(await outcome(sentOf('rest', {}, [['"@authority"', value]]), given), mismatch);
    }
  });
});

describe('cookies, which HTTP API 2.0 gives as a list', () => {
  const lines: Line[] = [['"cookie"', 'a=1; b=2,3']];
  const cases: [name: string, cookies: unknown, header: string | undefined, expected: string][] = [
    ['as a list', ['a=1', 'b=2,3'], undefined, 'install'],
    ['as one of two', ['a=1; b=2,3'], undefined, 'install'],
    ['as a header too, as emulators do', ['a=1', 'b=2,3'], 'a=1; b=2,3', 'install'],
    ['as a header alone', undefined, 'a=1; b=2,3', 'install'],
    ['as a header, with an empty list', [], 'a=1; b=2,3', 'install'],
    ['another value', ['a=1', 'b=2,4'], undefined, mismatch],
    ['one more', ['a=1', 'b=2,3', 'c=4'], undefined, mismatch],
    ['one less', ['a=1'], undefined, mismatch],
    ['in another order', ['b=2,3', 'a=1'], undefined, mismatch],
    ['a space behind the comma', ['a=1', 'b=2, 3'], undefined, mismatch],
    ['a header that differs', ['a=1', 'b=2,3'], 'a=0', mismatch],
    ['a header, and a list that differs', ['a=0'], 'a=1; b=2,3', mismatch],
    ['none', [], undefined, coverage],
    ['none at all', undefined, undefined, coverage],
  ];
  for (const [name, cookies, header, expected] of cases) {
    it(name, async () => {
      const headers: Header[] = [['Approov-Token', token], ...(header ? [['Cookie', header] as const] : [])];
      assert.equal(await outcome({ ...sentOf('http2', { headers }, lines), cookies }, given), expected);
    });
  }

  it('a comma in a cookie does not count as a comma and a space', async () => {
    const sent = sentOf('http2', {}, [['"cookie"', 'b=2, 3']]);
    assert.equal(await outcome({ ...sent, cookies: ['b=2,3'] }, given), mismatch);
  });
});
