import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Line, minimum, outcome, type Sent, signedGet } from './support/signing.ts';

const mismatch = 'message_signature_mismatch';
const apis = ['rest', 'http1', 'http2'] as const;

suite('a component that is listed twice', () => {
  const bearer: readonly [string, string] = ['Authorization', 'Bearer abc'];
  const twice: Line[] = [...minimum, ['"authorization"', 'Bearer abc'], ['"authorization"', 'Bearer abc']];
  for (const api of apis) {
    test(`has two lines in the signature base, on ${api}`, async () => {
      assert.equal(await outcome({ ...signedGet(twice, {}, [bearer]), api }), 'install');
    });

    test(`is refused with one line, or with another value in one of them, on ${api}`, async () => {
      const { headers } = signedGet(twice, {}, [bearer]);
      const once = headers.map(([name, value]): [string, string] => [
        name,
        value.replace('"authorization" "authorization"', '"authorization"'),
      ]);
      assert.equal(await outcome({ api, headers: once }), mismatch);
      const differing: Line[] = [...twice.slice(0, -1), ['"authorization"', 'Bearer other']];
      assert.equal(await outcome({ ...signedGet(differing, {}, [bearer]), api }), mismatch);
    });
  }

  test('counts as covered once: what is required besides must be covered too', async () => {
    const lines: Line[] = [
      ['"@method"', 'GET'],
      ['"@method"', 'GET'],
      ['"approov-token"', 'aaa.bbb.ccc'],
    ];
    assert.equal(await outcome(signedGet(lines)), 'message_signature_coverage');
  });
});

suite('what OkHttp sends as it is and signs escaped', () => {
  const uri = (rest: string): Line[] => [
    ['"@method"', 'GET'],
    ['"@target-uri"', `https://api.example.com${rest}`],
    ['"approov-token"', 'aaa.bbb.ccc'],
  ];
  const cases: { name: string; signed: string; sent: Partial<Sent>; altered: Partial<Sent> }[] = [
    {
      name: 'a raw query of HTTP 2.0',
      signed: '/shapes?a=%5C%5E%60%7B%7C%7D',
      sent: { api: 'http2', rawQuery: 'a=\\^`{|}' },
      altered: { api: 'http2', rawQuery: 'a=\\^`{|}}' },
    },
    ...(['http1', 'http2'] as const).map((api) => ({
      name: `brackets and a bar in a path with an escape, on ${api}`,
      signed: '/a%5B1%5D%7C%20',
      sent: { api, path: '/a[1]|%20' },
      altered: { api, path: '/a[2]|%20' },
    })),
    {
      name: 'an apostrophe and kept characters in a query, on rest',
      signed: '/shapes?a=%27()!$*,:@/?=[]',
      sent: { api: 'rest', query: { a: ["'()!$*,:@/?=[]"] } },
      altered: { api: 'rest', query: { a: ["'()!$*,:@/?=[]'"] } },
    },
  ];
  for (const { name, signed, sent, altered } of cases) {
    test(`verifies: ${name}`, async () => {
      const { headers } = signedGet(uri(signed));
      assert.equal(await outcome({ ...sent, headers }), 'install');
      assert.equal(await outcome({ ...altered, headers }), mismatch);
    });
  }
});
