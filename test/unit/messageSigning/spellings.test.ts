import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type Api,
  apis,
  coverage,
  type Header,
  linesOf,
  mismatch,
  outcome,
  type Sent,
  signedGet,
  token,
} from './support/signing.ts';

const host = 'https://api.example.com';
const given = { settings: { signatureComponents: [] } };

/** What a signature covers, by component, with the values that the client signs. */
type Covered = Readonly<Record<string, string>>;
/** A path with its query, of which the APIs that decode it get the parameters; an object where the path has a `?`. */
type Target = string | { readonly path: string; readonly query?: string };

function sentOf(api: Api, target: Target, covered: Covered, headers: readonly Header[] = []): Sent {
  const [, start = '', rest = ''] = /^([^?]*)\??(.*)$/s.exec(String(target)) ?? [];
  const { path, query = '' } = typeof target === 'string' ? { path: start, query: rest } : target;
  const parameters = new URLSearchParams(`&${query}`);
  return {
    api,
    path,
    rawQuery: query,
    query: Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)])),
    headers: [...headers, ...signedGet(linesOf(covered)).headers],
  };
}

const rest = ['rest'] as const;
const decoding = ['http1', 'http2'] as const;

suite("the spellings of Approov's clients verify", () => {
  const accepted: [name: string, covered: Covered, target: string, on?: readonly Api[]][] = [
    ['target URI of the root without slash', { '@target-uri': host }, '/'],
    ['target URI of the root without slash, with a query', { '@target-uri': `${host}?a=1` }, '/?a=1'],
    ['target URI of the root with slash', { '@target-uri': `${host}/` }, '/'],
    ['@path of the root, empty', { '@path': '' }, '/'],
    ['@query without its ?', { '@query': 'a=1&b=%20' }, '/shapes?a=1&b=%20'],
    ['@query of none', { '@query': '' }, '/shapes'],
    ['@query-param decoded', { '@query-param;name="a"': 'x y/ä' }, '/shapes?a=x%20y/%C3%A4&b=1'],
    ['@query-param with a decoded name', { '@query-param;name="a[]"': '1 2' }, '/shapes?a%5B%5D=1%202'],
    ['@query-param of RFC 9421', { '@query-param;name="a%5B%5D"': '1%202' }, '/shapes?a%5B%5D=1%202'],
    ['@query-param, the name alone decoded', { '@query-param;name="a[]"': '1%202' }, '/shapes?a%5B%5D=1%202'],
    ['@request-target', { '@request-target': '/shapes' }, '/shapes'],
    ['@request-target with a query', { '@request-target': '/shapes?a=1' }, '/shapes?a=1'],
    ['@request-target of the root, empty', { '@request-target': '' }, '/'],
    ['@request-target of the root without slash, with a query', { '@request-target': '?a=1' }, '/?a=1'],
    [
      'all of okhttp',
      {
        '@target-uri': `${host}/shapes?a=x%20y`,
        '@request-target': '/shapes?a=x%20y',
        '@path': '/shapes',
        '@query': 'a=x%20y',
        '@query-param;name="a"': 'x y',
      },
      '/shapes?a=x%20y',
    ],
    ['Apple: @path decoded', { '@path': '/a b/ä' }, '/a%20b/%C3%A4', rest],
    ['Apple: @path decoded, as the API decodes it too', { '@path': '/a b/ä' }, '/a b/ä', decoding],
    [
      'Apple: all',
      {
        '@target-uri': `${host}/a%20b?c=d%20e`,
        '@request-target': '/a b?c=d%20e',
        '@path': '/a b',
        '@query': 'c=d%20e',
        '@query-param;name="c"': 'd e',
      },
      '/a%20b?c=d%20e',
      rest,
    ],
    ['java.net.URI: escapes are left alone', { '@target-uri': `${host}/a%5B1%5D%20` }, '/a[1]%20', rest],
    ['RFC 9421, a query that starts with a question mark', { '@query': '??a=1' }, '/shapes??a=1', ['http2']],
    ['RFC 9421, a name that starts with one', { '@query-param;name="%3Fa"': '1' }, '/shapes??a=1'],
  ];
  for (const [name, covered, target, on = apis] of accepted) {
    for (const api of on) {
      test(`${name}, on ${api}`, async () => {
        assert.equal(await outcome(sentOf(api, target, covered), given), 'install');
      });
    }
  }
});

suite('what OkHttp sends as it is and signs escaped verifies', () => {
  const kept = "'()!$*,:@/?=[]";
  const cases: [name: string, signed: string, sent: Partial<Sent>, altered: Partial<Sent>][] = [
    [
      'a raw query of HTTP 2.0',
      '/shapes?a=%5C%5E%60%7B%7C%7D',
      { api: 'http2', rawQuery: 'a=\\^`{|}' },
      { api: 'http2', rawQuery: 'a=\\^`{|}}' },
    ],
    ...decoding.map((api): (typeof cases)[0] => [
      `brackets and a bar in a path with an escape, on ${api}`,
      '/a%5B1%5D%7C%20',
      { api, path: '/a[1]|%20' },
      { api, path: '/a[2]|%20' },
    ]),
    [
      'an apostrophe and kept characters in a query, on rest',
      '/shapes?a=%27()!$*,:@/?=[]',
      { query: { a: [kept] } },
      { query: { a: [`${kept}'`] } },
    ],
  ];
  for (const [name, signed, sent, altered] of cases) {
    test(name, async () => {
      const covered = { '@method': 'GET', '@target-uri': host + signed, 'approov-token': token };
      const { headers } = signedGet(linesOf(covered));
      assert.equal(await outcome({ ...sent, headers }), 'install');
      assert.equal(await outcome({ ...altered, headers }), mismatch);
    });
  }
});

suite('no spelling makes a signature verify for another request', () => {
  const rootQuery = { '@target-uri': `${host}?a=1` };
  const query = { '@query': 'a=1' };
  const a = { '@query-param;name="a"': '1' };
  const two = { '@query-param;name="a"': '1', '@query-param;name="b"': '2' };
  const spaced = { '@query-param;name="a"': 'x y' };
  const target = { '@request-target': '/shapes?a=1' };
  /** The signature's own request, and the one that an attacker sends with it. */
  type Attack = [name: string, covered: Covered, own: Target, other: Target, expected?: string];
  const attacks: Attack[] = [
    ['root without slash for another path', { '@target-uri': host }, '/', '/shapes'],
    ['root without slash: a query into the path', rootQuery, '/?a=1', { path: '/?a=1' }],
    ['root without slash: the query left out', rootQuery, '/?a=1', '/'],
    [
      'a query that starts with a question mark, for the one without',
      { '@query': '?a=1' },
      '/s?a=1',
      '/s??a=1',
    ],
    ['an encoded question mark, for the one without', { '@query': '?a=1' }, '/s?a=1', '/s?%3Fa=1'],
    ['@query: another value', query, '/s?a=1', '/s?a=2'],
    ['@query: one parameter more', query, '/s?a=1', '/s?a=1&b=2'],
    ['@query of none, but there is one', { '@query': '' }, '/s', '/s?a=1'],
    ['@query of none, but there is an empty parameter', { '@query': '' }, '/s', '/s?='],
    [
      'target URI without a query, but there is an empty parameter',
      { '@target-uri': `${host}/s` },
      '/s',
      '/s?=',
    ],
    ['@query: two values merged into one', { '@query': 'a=1&b=2' }, '/s?a=1&b=2', '/s?a=1%26b%3D2'],
    [
      '@query-param: an escape, encoded once more',
      { '@query-param;name="a"': 'x%20y' },
      '/s?a=x%20y',
      '/s?a=x%2520y',
    ],
    ['@query-param: a plus for a space', spaced, '/s?a=x%20y', '/s?a=x%2By'],
    ['@query-param: another value', { '@query-param;name="a"': 'x/y' }, '/s?a=x/y', '/s?a=x/z'],
    [
      '@query-param: a name, encoded once more',
      { '@query-param;name="a%20b"': '1' },
      '/s?a%20b=1',
      '/s?a%2520b=1',
      coverage,
    ],
    ['@query-param: the value under another name', a, '/s?a=1', '/s?A=1', coverage],
    ['@query-param: a question mark before the name', a, '/s?a=1', '/s??a=1', coverage],
    ['@query-param: a line break', two, '/s?a=1&b=2', '/s?a=1%0A%22@query-param%22;name=%22b%22:%202&b='],
    ['@request-target: the query into the path', target, '/shapes?a=1', { path: '/shapes?a=1' }],
    ['@request-target: the query into the path, encoded', target, '/shapes?a=1', '/shapes%3Fa=1'],
    ['@request-target: another path', target, '/shapes?a=1', { path: '/shape', query: 's?a=1' }],
    ['@request-target: another parameter', target, '/shapes?a=1', '/shapes?a=1&a=1'],
  ];
  /** Paths that Apple's clients, which sign them decoded, cannot tell apart: signed, and sent. */
  const paths: [name: string, signed: string, path: string][] = [
    ['an encoded slash', '/a/b', '/a%2Fb'],
    ['an encoded slash in a path that is decoded', '/a b/c', '/a%20b%2Fc'],
    ['encoded dots', '/../a b', '/%2E%2E/a%20b'],
    ['an escape, encoded once more', '/a%20b', '/a%2520b'],
    ['an escape, encoded once more, where the API decodes', '/a b', '/a%2520b'],
    ['an encoded letter', '/admin', '/%61dmin'],
    ['an encoded letter in a path that is decoded', '/admin/ä', '/%61dmin/%C3%A4'],
    ['an encoded semicolon', '/a;b', '/a%3Bb'],
    ['an encoded question mark', '/a?b', '/a%3Fb'],
    ['an encoded bracket', '/a[1] ', '/a%5B1%5D%20'],
    ['digits in lower case', '/ä', '/%c3%a4'],
    ['the slash at the end', '/a b', '/a%20b/'],
    ['another letter', '/a ä', '/a%20%C3%A5'],
    ['bytes that are not UTF-8', '/\ufffd', '/%FF'],
    ['a line break', '/a \n"@query": ', '/a%20%0A%22@query%22:%20'],
  ];
  const all: [on: readonly Api[], attack: Attack][] = [
    ...attacks.map((attack): (typeof all)[0] => [apis, attack]),
    ...paths.flatMap(([name, signed, path]) =>
      ['@path', '@request-target'].map((component): (typeof all)[0] => [
        rest,
        [
          `Apple's ${component}: ${name}`,
          { [component]: signed },
          /[?]/.test(signed) ? { path: signed } : signed,
          path,
        ],
      ]),
    ),
    [
      decoding,
      [
        'a path that an API has decoded: what is left of an escape is text',
        { '@path': '/a b' },
        '/a b',
        '/a%20b',
      ],
    ],
  ];
  for (const [on, [name, covered, own, other, expected = mismatch]] of all) {
    for (const api of on) {
      test(`${name}, on ${api}`, async () => {
        assert.equal(await outcome(sentOf(api, other, covered), given), expected);
        // The signature verifies for its own request, if there can be such a request.
        if (typeof own === 'string' && /^[!-~]*$/.test(own)) {
          assert.equal(await outcome(sentOf(api, own, covered), given), 'install');
        }
      });
    }
  }

  test('a host in another spelling, or with a port', async () => {
    for (const value of ['API.example.com', 'api.example.com:443', 'api.example.com.', '']) {
      assert.equal(await outcome(sentOf('rest', '/', { '@authority': value }), given), mismatch);
    }
  });
});

suite('cookies, which HTTP API 2.0 gives as a list', () => {
  const covered = { cookie: 'a=1; b=2,3' };
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
    ['a space after the comma', ['a=1', 'b=2, 3'], undefined, mismatch],
    ['a header that differs', ['a=1', 'b=2,3'], 'a=0', mismatch],
    ['a header, and a list that differs', ['a=0'], 'a=1; b=2,3', mismatch],
    ['none', [], undefined, coverage],
    ['none at all', undefined, undefined, coverage],
  ];
  for (const [name, cookies, header, expected] of cases) {
    test(name, async () => {
      const headers: Header[] = header ? [['Cookie', header]] : [];
      assert.equal(await outcome({ ...sentOf('http2', '/', covered, headers), cookies }, given), expected);
    });
  }

  test('a comma in a cookie does not count as a comma and a space', async () => {
    const sent = sentOf('http2', '/', { cookie: 'b=2, 3' });
    assert.equal(await outcome({ ...sent, cookies: ['b=2,3'] }, given), mismatch);
  });
});
