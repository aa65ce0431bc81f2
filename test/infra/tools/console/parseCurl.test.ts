import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { curlCommand, type HttpRequest } from '../../../../infra/tools/approov/httpRequest.ts';
import { InputError, parseCurl } from '../../../../infra/tools/console/parseCurl.ts';

const url = 'https://api.example.com/hello?a=1&b=2';

suite('parseCurl', () => {
  const get: HttpRequest = { method: 'GET', url, headers: {}, body: undefined };
  const read: [title: string, command: string, expected: Partial<HttpRequest>][] = [
    ['a URL alone', `curl '${url}'`, {}],
    ['options that print', `curl -si --compressed -o out.txt -w '%{http_code}' '${url}'`, {}],
    ['the URL as an option', `curl --url "${url}"`, {}],
    ['continued lines', `curl \\\n  -H 'A: 1' \\\n  '${url}'`, { headers: { A: '1' } }],
    ['a value joined to its option', `curl -XPUT -HA:1 '${url}'`, { method: 'PUT', headers: { A: '1' } }],
    ['a body, which is a POST', `curl '${url}' --data-raw 'x=1'`, { method: 'POST', body: 'x=1' }],
    ['a quote in a quoted body', `curl '${url}' -d 'it'\\''s'`, { method: 'POST', body: "it's" }],
    [
      'a double-quoted body',
      `curl '${url}' -d "{\\"a\\": \\"$\\\\\\"}"`,
      { method: 'POST', body: '{"a": "$\\"}' },
    ],
    [
      'a body as browsers copy it',
      `curl '${url}' --data-raw $'it\\'s\\n\\u00e9'`,
      { method: 'POST', body: "it's\né" },
    ],
    [
      'a header that is sent twice, as a list',
      `curl '${url}' -H 'Approov-Token: a' -H 'approov-token: b'`,
      { headers: { 'Approov-Token': 'a, b' } },
    ],
    [
      'options in one word, the last with its value',
      `curl -sSkXPUT -siH 'A: 1' '${url}'`,
      { method: 'PUT', headers: { A: '1' } },
    ],
    [
      'options whose values are no URL',
      `curl --retry 3 --cacert ca.pem -K config -E cert --max-redirs 2 -r 0-9 '${url}'`,
      {},
    ],
    [
      'what curl makes headers of',
      `curl -u user:pass -A App/1 -e http://page -b a=1 -b jar.txt '${url}'`,
      {
        headers: {
          Authorization: 'Basic dXNlcjpwYXNz',
          'User-Agent': 'App/1',
          Referer: 'http://page',
          Cookie: 'a=1',
        },
      },
    ],
    ['a bearer token', `curl --oauth2-bearer abc '${url}'`, { headers: { Authorization: 'Bearer abc' } }],
    [
      'JSON',
      `curl --json '{}' '${url}'`,
      { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' },
    ],
    [
      'data for the query',
      `curl -G -d c=3 --data-urlencode 'd=a b' --data-urlencode '=e f' '${url}'`,
      { url: `${url}&c=3&d=a%20b&e%20f` },
    ],
    ['a request for the head', `curl -I '${url}'`, { method: 'HEAD' }],
    [
      'a header with the name of a property',
      `curl -H '__proto__: 1' -H 'constructor: 2' '${url}'`,
      { headers: JSON.parse('{"__proto__":"1","constructor":"2"}') },
    ],
  ];
  for (const [title, command, expected] of read) {
    test(`reads ${title}`, () => assert.deepEqual(parseCurl(command).request, { ...get, ...expected }));
  }

  test('reads what curlCommand writes', () => {
    const request = {
      method: 'POST',
      url,
      headers: { 'Approov-Token': 'a.b.c', Authorization: "Bearer it's" },
      body: '$HOME "x" \\ y',
    };
    assert.deepEqual(parseCurl(curlCommand(request)).request, request);
  });

  const unknownBodies: [command: string, method: string][] = [
    ['curl http://x --data @body.json', 'POST'],
    ['curl http://x -d a=1 --data-binary @-', 'POST'],
    ['curl http://x -F file=@photo.jpg', 'POST'],
    ['curl http://x -T photo.jpg', 'PUT'],
    ['curl http://x -X PATCH -d @body.json', 'PATCH'],
  ];
  for (const [command, method] of unknownBodies) {
    test(`reads ${command} without the file`, () => {
      assert.deepEqual(parseCurl(command), {
        request: { method, url: 'http://x', headers: {}, body: undefined },
        isBodyUnknown: true,
      });
    });
  }

  const long: [title: string, text: string][] = [
    ['headers', Array.from({ length: 8000 }, (_, index) => `-Hh${index}:`).join(' ')],
    ['values of one header', '-Ha:1 '.repeat(10_000)],
    ['spaces in a header that is refused', `-H 'a:${' '.repeat(60_000)}\0'`],
    ['words', 'a '.repeat(32_000)],
    ['options in one word', `-${'s'.repeat(64_000)}`],
    ['quotes', "''".repeat(30_000)],
    ['open quotes', "$'\\".repeat(20_000)],
  ];
  for (const [title, text] of long) {
    test(`takes time linear in its length: many ${title}`, () => {
      const start = performance.now();
      try {
        parseCurl(`curl http://x ${text}`);
      } catch (error) {
        assert.ok(error instanceof InputError);
      }
      assert.ok(performance.now() - start < 1000);
    });
  }

  const refused: [title: string, command: string, message: RegExp][] = [
    ['another command', 'wget x', /no curl command/],
    ['a command without URL', "curl -H 'A: 1'", /no URL/],
    ['an open quote', "curl 'http://x", /quote is not closed/],
    ['an option without its value', 'curl http://x -H', /-H has no value/],
    ['a header without a colon', 'curl http://x -H A', /"Name: value"/],
    ['a URL that is none', "curl 'http://a b'", /URL cannot be read/],
  ];
  for (const [title, command, message] of refused) {
    test(`refuses ${title}`, () => {
      assert.throws(
        () => parseCurl(command),
        (error) => error instanceof InputError && message.test(error.message),
      );
    });
  }
});
