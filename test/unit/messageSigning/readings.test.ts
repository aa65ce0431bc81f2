import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ApiRequest } from '../../../src/event/apiRequest.ts';
import { readComponents } from '../../../src/messageSigning/locate.ts';
import { percentEncoder } from '../../../src/messageSigning/percentEncode.ts';
import { queryReadings } from '../../../src/messageSigning/queryReadings.ts';
import { mostBases, signatureBases } from '../../../src/messageSigning/signatureBases.ts';
import {
  type Given,
  type Line,
  linesOf,
  minimum,
  mismatch,
  outcome,
  requestOf,
  type Sent,
  signedGet,
} from './support/signing.ts';

/** The signature bases that are tried for a request, without their last line. */
async function basesOf(
  request: ApiRequest,
  components: readonly string[] = ['@target-uri'],
  publicBasePath?: string,
): Promise<string[]> {
  const bases: string[] = [];
  const signature = {
    components: readComponents(components.map((name) => [name, new Map()])),
    rawParameters: '()',
  };
  await signatureBases(signature, request, { publicOrigin: undefined, publicBasePath }).some(async (base) => {
    bases.push(new TextDecoder().decode(base).replace(/\n"@signature-params": \(\)$/, ''));
    return false;
  });
  return bases;
}

/** The target URIs that are tried for a request. */
const urisOf = async (...[request, , basePath]: Parameters<typeof basesOf>) =>
  (await basesOf(request, ['@target-uri'], basePath)).map((base) => base.slice('"@target-uri": '.length));
const signedUri = (uri: string, more: readonly Line[] = []) =>
  signedGet([...minimum.map(([id, value]): Line => [id, id === '"@target-uri"' ? uri : value]), ...more]);

suite('queries whose parameters the event gives decoded', () => {
  const nine = Object.fromEntries([...'abcdefghi'].map((name) => [name, ['1']]));
  const cases: [name: string, query: string, event: Record<string, string[]>, expected?: string][] = [
    ['plain', '?a=1&b=2', { a: ['1'], b: ['2'] }],
    ['none', '', {}],
    ['space as %20', '?a=x%20y', { a: ['x y'] }],
    ['space as +', '?a=x+y', { a: ['x y'] }],
    ['space in a name', '?x+y=1', { 'x y': ['1'] }],
    ['plus', '?a=x%2By', { a: ['x+y'] }],
    ['a plus in the URL is not an encoded plus', '?a=x+y', { a: ['x+y'] }, mismatch],
    ['a plus in lower case', '?a=x%2by', { a: ['x+y'] }],
    ['slashes and colons encoded', '?u=https%3A%2F%2Fa.b%2Fc', { u: ['https://a.b/c'] }],
    ['slashes and colons encoded in lower case', '?u=https%3a%2f%2fa.b%2fc', { u: ['https://a.b/c'] }],
    ['slashes and colons as they are', '?u=https://a.b/c?d', { u: ['https://a.b/c?d'] }],
    ['ampersand', '?a=1%262', { a: ['1&2'] }],
    ['an ampersand in the URL is not an encoded ampersand', '?a=1&2=', { a: ['1&2='] }, mismatch],
    ['percent', '?a=100%25', { a: ['100%'] }],
    ['hash', '?a=%23', { a: ['#'] }],
    ['base64 encoded', '?a=QQ%3D%3D', { a: ['QQ=='] }],
    ['base64 as it is', '?a=QQ==', { a: ['QQ=='] }],
    ['equals sign in a name', '?a%3Db=c', { 'a=b': ['c'] }],
    ['tilde as it is', '?a=~', { a: ['~'] }],
    ['tilde encoded', '?a=%7E', { a: ['~'] }],
    ['asterisk as it is', '?a=*', { a: ['*'] }],
    ['asterisk encoded', '?a=%2A', { a: ['*'] }],
    ['JavaScript', "?a=!'()*~%3B%2C", { a: ["!'()*~;,"] }],
    ['okhttp', '?a=*%7E%20%21', { a: ['*~ !'] }],
    ['brackets as they are', '?a[]=1', { 'a[]': ['1'] }],
    ['brackets encoded', '?a%5B%5D=1', { 'a[]': ['1'] }],
    ['UTF-8', '?a=%C3%A4%F0%9F%98%80', { a: ['ä😀'] }],
    ['UTF-8 in lower case', '?a=%c3%a4', { a: ['ä'] }],
    ['no value, with =', '?a=&b=1', { a: [''], b: ['1'] }],
    ['no value, without =', '?a&b=1', { a: [''], b: ['1'] }],
    ['several values', '?a=1&a=2', { a: ['1', '2'] }],
    ['several values in another order', '?a=2&a=1', { a: ['1', '2'] }, mismatch],
    ['names in another order', '?b=2&a=1', { a: ['1'], b: ['2'] }],
    ['names that are numbers, which JavaScript puts first', '?b=1&2=x&a=3', { 2: ['x'], b: ['1'], a: ['3'] }],
    ['values of one name apart', '?a=1&b=2&a=3', { a: ['1', '3'], b: ['2'] }],
    ['values of one name apart, in another order', '?a=3&b=2&a=1', { a: ['1', '3'], b: ['2'] }, mismatch],
    ['another order and spaces as +', '?b=x+y&a=p+q', { a: ['p q'], b: ['x y'] }],
    ['two ways to write a space', '?a=x%20y&b=x+y', { a: ['x y'], b: ['x y'] }, mismatch],
    ['nine parameters in the event’s order', '?a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=+', { ...nine, i: [' '] }],
    ['nine parameters in another order', '?b=1&a=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1', nine, mismatch],
    ['half a surrogate pair', '?a=%EF%BF%BD', { a: ['\ud800'] }],
  ];
  for (const [name, query, event, expected = 'install'] of cases) {
    test(`${name}: ${query}`, async () => {
      const sent = signedUri(`https://api.example.com/shapes${query}`);
      assert.equal(await outcome({ ...sent, query: event }), expected);
      assert.equal(await outcome({ ...sent, query: event, api: 'http1' }), expected);
    });
  }

  test('an empty parameter is not the same as no parameter', () => {
    assert.deepEqual([...queryReadings([['', '']])], ['=']);
    assert.deepEqual([...queryReadings([])], ['']);
  });

  suite('orders', () => {
    /** Names of parameters, a letter each. */
    const orders: [name: string, event: string, sent: string, named?: string][] = [
      ['any of four', 'abcd', 'dcba'],
      ['by name, of five', 'edcba', 'abcde'],
      ['by name, of nine', 'ihgfedcba', 'abcdefghi'],
      ['as the signature names them, of nine', 'abcdefghi', 'ihgfedcba', 'ihgfedcba'],
      ['the named ones first', 'abcdefghi', 'icabdefgh', 'ic'],
    ];
    for (const [name, event, sent, named = ''] of orders) {
      test(name, async () => {
        const lines = [...named].map((parameter): Line => [`"@query-param";name="${parameter}"`, '1']);
        const query = [...sent].map((parameter) => `${parameter}=1`).join('&');
        const signed = {
          ...signedUri(`https://api.example.com/shapes?${query}`, lines),
          query: Object.fromEntries([...event].map((parameter) => [parameter, ['1']])),
        };
        assert.equal(await outcome(signed), 'install');
        const swapped = { ...signed.query, [sent[0] as string]: ['2'] };
        assert.notEqual(await outcome({ ...signed, query: swapped }), 'install');
      });
    }

    const permutations = <Item>(items: readonly Item[]): Item[][] =>
      items.length === 0
        ? [[]]
        : items.flatMap((item, index) =>
            permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
          );
    const filters = { q: 'a b', path: 'x/y', name: 'é', empty: '', 'size[]': "(1),'2'!" };
    const writings: Record<string, (text: string) => string> = {
      'RFC 3986': (text) =>
        encodeURIComponent(text).replace(
          /[!'()*]/g,
          (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
        ),
      // What OkHttp makes of a URL that it is given.
      OkHttp: (text) => encodeURI(text).replace(/'/g, '%27').replace(/%5B/g, '[').replace(/%5D/g, ']'),
    };
    for (const [name, write] of Object.entries(writings)) {
      for (const api of ['rest', 'http1'] as const) {
        test(`all 120 of five parameters, written as ${name} has it, on ${api}`, async () => {
          const query = Object.fromEntries(Object.entries(filters).map(([key, value]) => [key, [value]]));
          const tried = new Set(await urisOf(requestOf({ api, query, headers: [] })));
          for (const order of permutations(Object.entries(filters))) {
            const sent = order.map(([key, value]) => `${write(key)}=${write(value)}`).join('&');
            assert.ok(tried.has(`https://api.example.com/shapes?${sent}`), sent);
          }
        });
      }
    }

    test('keep the values of one name in their order', () => {
      const pairs = [
        ['b', '1'],
        ['a', '2'],
        ['b', '3'],
        ['a', '4'],
      ] as const;
      for (const query of queryReadings(pairs, ['b', 'a'])) {
        const parameters = new URLSearchParams(query);
        assert.deepEqual(
          [parameters.getAll('a'), parameters.getAll('b')],
          [
            ['2', '4'],
            ['1', '3'],
          ],
        );
      }
    });
  });

  test('are all different', () => {
    const pairs = [...'abcde'].map((name) => [name, ' "%'] as const);
    const found = [...queryReadings(pairs)];
    assert.equal(new Set(found).size, found.length);
    for (const query of found) {
      const decoded = [...new URLSearchParams(query)].sort(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual(decoded, pairs);
    }
  });
});

suite('paths', () => {
  interface Rest {
    readonly stage?: string;
    readonly basePath?: string;
    readonly expected?: string;
  }
  type Api = NonNullable<Sent['api']>;
  const refused = { expected: mismatch };
  const prod = { stage: 'prod' };
  const v1 = { ...prod, basePath: '/v1' };
  const none = { ...prod, basePath: '' };
  const cases: [name: string, api: Api, path: string, signed: string, rest?: Rest][] = [
    ['as sent', 'rest', '/a%20b', '/a%20b'],
    ['what was encoded is not encoded again', 'rest', '/a%20b', '/a%2520b', refused],
    ['another case of the digits', 'rest', '/a%2fb', '/a%2Fb', refused],
    ['brackets as sent', 'rest', '/a[1]', '/a[1]'],
    ['a decoded space', 'rest', '/a b', '/a%20b'],
    ...(['http1', 'http2'] as const).flatMap((api): typeof cases => [
      ['as sent', api, '/a%20b', '/a%20b'],
      ['a decoded space', api, '/a b', '/a%20b'],
      ['a decoded percent sign', api, '/100%', '/100%25'],
      ['a decoded escape', api, '/a%20b', '/a%2520b'],
      ['decoded UTF-8', api, '/ä', '/%C3%A4'],
      ['decoded UTF-8, written in lower case', api, '/ä', '/%c3%a4'],
      ['a decoded colon', api, '/a:b', '/a%3Ab'],
      ['a colon as sent', api, '/a:b', '/a:b'],
      ['a decoded question mark', api, '/a?b=1', '/a%3Fb=1'],
      ['a decoded question mark is not a query', api, '/a?b=1', '/a?b=1', refused],
      ['a decoded hash is not a fragment', api, '/a#b', '/a#b', refused],
      ['a base path for the stage, of a decoded path', api, '/prod/a b', '/v1/a%20b', v1],
      ['no base path for the stage', api, '/prod/a', '/a', none],
    ]),
    ...(['rest', 'http1', 'http2'] as const).map((api): (typeof cases)[0] => [
      'a stage',
      api,
      '/prod/a',
      '/prod/a',
      prod,
    ]),
    ['a base path for the stage', 'rest', '/prod/a', '/v1/a', v1],
    ['the stage, but clients see a base path', 'rest', '/prod/a', '/prod/a', { ...v1, ...refused }],
    ['the root with slash', 'rest', '/prod', '/v1/', v1],
    ['the root without slash', 'rest', '/prod', '/v1', v1],
    ['the root without base path', 'rest', '/prod', '/', none],
  ];
  for (const [name, api, path, signed, rest = {}] of cases) {
    const { stage = '$default', basePath, expected = 'install' } = rest;
    test(`${name}: ${path} on ${api}, signed ${signed}`, async () => {
      const given: Given = { settings: { publicBasePath: basePath } };
      const sent = { ...signedUri(`https://api.example.com${signed}`), api, path, stage };
      assert.equal(await outcome(sent, given), expected);
      const covered = { '@method': 'GET', '@authority': 'api.example.com', '@path': signed };
      const parts = signedGet([...linesOf(covered), minimum[2] as Line]);
      assert.equal(await outcome({ ...sent, headers: parts.headers }, given), expected, 'as @path');
    });
  }

  test('a WebSocket handshake is a GET of the stage', async () => {
    const paths = (domainName: string, publicBasePath?: string) => {
      const { target, ...request } = requestOf({ headers: [], domainName });
      const handshake = () => ({ ...target(), path: '/prod', pathBelowBase: '' });
      return basesOf({ ...request, apiType: 'websocket', target: handshake }, ['@path'], publicBasePath);
    };
    const generated = 'abc123.execute-api.eu-west-1.amazonaws.com';
    assert.deepEqual(await paths(generated), ['"@path": /prod']);
    assert.deepEqual(
      await paths('ws.example.com'),
      ['"@path": /prod', '"@path": /', '"@path": '],
      'a mapping named as the stage, or none',
    );
    for (const domainName of [generated, 'ws.example.com']) {
      assert.deepEqual(await paths(domainName, ''), ['"@path": /', '"@path": ']);
      assert.deepEqual(await paths(domainName, '/ws'), ['"@path": /ws', '"@path": /ws/']);
    }
  });
});

suite('values that HTTP APIs join', () => {
  const lines: Line[] = [...minimum, ['"x-list"', 'a, b, c']];
  const cases: [name: string, api: NonNullable<Sent['api']>, values: string[], expected: string][] = [
    ['as lines', 'http2', ['a', 'b', 'c'], 'install'],
    ['as one line', 'http2', ['a, b, c'], 'install'],
    ['as one line without spaces, which cannot be told from lines', 'http2', ['a,b,c'], 'install'],
    ['as lines with white space at their ends', 'http2', ['a \t', '\t b  ', 'c'], 'install'],
    ['a space inside a value', 'http2', ['a', ' b b', 'c'], mismatch],
    ['another value', 'http2', ['a', 'b', 'd'], mismatch],
    ['as lines', 'rest', ['a', 'b', 'c'], 'install'],
    ['as one line without spaces', 'rest', ['a,b,c'], mismatch],
    ['as one line without spaces, which cannot be told from lines', 'http1', ['a,b,c'], 'install'],
  ];
  for (const [name, api, values, expected] of cases) {
    test(`${name}, on ${api}`, async () => {
      const more = values.map((value) => ['X-List', value] as const);
      assert.equal(await outcome({ ...signedGet(lines, {}, more), api }), expected);
    });
  }
});

suite('signature bases', () => {
  const five = Object.fromEntries([...'abcde'].map((name) => [name, [' /:"~*']]));
  test(`are ${mostBases} at most, and all different`, async () => {
    const bases = await basesOf(requestOf({ api: 'http1', path: '/a b:c', query: five, headers: [] }));
    assert.equal(bases.length, mostBases);
    assert.equal(new Set(bases).size, mostBases);
  });

  test('are fewer for long requests, and one at least', async () => {
    const count = async (query: Record<string, readonly string[]>) =>
      (await basesOf(requestOf({ query, headers: [] }))).length;
    assert.ok((await count({ ...five, a: [' /:"~*'.repeat(3000)] })) < 60);
    assert.equal(await count({ ...five, a: [' /:"~*'.repeat(100_000)] }), 1);
  });

  test('are one when the event shows everything that is covered', async () => {
    assert.equal((await basesOf(requestOf({ path: '/a', headers: [] }))).length, 1);
    assert.equal((await basesOf(requestOf({ query: five, headers: [] }), ['@method', '@path'])).length, 1);
  });
});

suite('percentEncoder', () => {
  const ascii = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code));
  test('encodes all characters except letters, digits and those kept', () => {
    const encoded = percentEncoder({ kept: '-._~' })(ascii);
    assert.equal(decodeURIComponent(encoded), ascii);
    assert.match(encoded, /^(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
    assert.equal(percentEncoder({ kept: ascii })(ascii), ascii);
  });
  test('writes spaces and digits as asked', () => {
    assert.equal(percentEncoder({ kept: '', space: '+', hex: 'lower' })(' +/ä'), '+%2b%2f%c3%a4');
    assert.equal(percentEncoder({ kept: '' })('-_'), '%2D%5F');
  });
});
