import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { curlCommand } from '../../../../infra/tools/approov/curl.ts';
import type { HttpRequest } from '../../../../infra/tools/approov/httpRequest.ts';
import { InputError, parseCurl } from '../../../../infra/tools/console/parseCurl.ts';

const url = 'https://api.example.com/hello?a=1&b=2';

suite('parseCurl', () => {
  const get: HttpRequest = { method: 'GET', url, headers: {}, body: undefined };
  const read: { case: string; command: string; expected: Partial<HttpRequest> }[] = [
    { case: 'a URL alone', command: `curl '${url}'`, expected: {} },
    {
      case: 'options that print',
      command: `curl -si --compressed -o out.txt -w '%{http_code}' '${url}'`,
      expected: {},
    },
    { case: 'the URL as an option', command: `curl --url "${url}"`, expected: {} },
    {
      case: 'continued lines',
      command: `curl \\\n  -H 'A: 1' \\\n  '${url}'`,
      expected: { headers: { A: '1' } },
    },
    {
      case: 'a value joined to its option',
      command: `curl -XPUT -HA:1 '${url}'`,
      expected: { method: 'PUT', headers: { A: '1' } },
    },
    {
      case: 'a body, which is a POST',
      command: `curl '${url}' --data-raw 'x=1'`,
      expected: { method: 'POST', body: 'x=1' },
    },
    {
      case: 'a quote in a quoted body',
      command: `curl '${url}' -d 'it'\\''s'`,
      expected: { method: 'POST', body: "it's" },
    },
    {
      case: 'a double-quoted body',
      command: `curl '${url}' -d "{\\"a\\": \\"$\\\\\\"}"`,
      expected: { method: 'POST', body: '{"a": "$\\"}' },
    },
    {
      case: 'a body as browsers copy it',
      command: `curl '${url}' --data-raw $'it\\'s\\n\\u00e9'`,
      expected: { method: 'POST', body: "it's\né" },
    },
    {
      case: 'a header that is sent twice, as a list',
      command: `curl '${url}' -H 'Approov-Token: a' -H 'approov-token: b'`,
      expected: { headers: { 'Approov-Token': 'a, b' } },
    },
    {
      case: 'options in one word, the last with its value',
      command: `curl -sSkXPUT -siH 'A: 1' '${url}'`,
      expected: { method: 'PUT', headers: { A: '1' } },
    },
    {
      case: 'options whose values are no URL',
      command: `curl --retry 3 --cacert ca.pem -K config -E cert --max-redirs 2 -r 0-9 '${url}'`,
      expected: {},
    },
    {
      case: 'what curl makes headers of',
      command: `curl -u user:pass -A App/1 -e http://page -b a=1 -b jar.txt '${url}'`,
      expected: {
        headers: {
          Authorization: 'Basic dXNlcjpwYXNz',
          'User-Agent': 'App/1',
          Referer: 'http://page',
          Cookie: 'a=1',
        },
      },
    },
    {
      case: 'a bearer token',
      command: `curl --oauth2-bearer abc '${url}'`,
      expected: { headers: { Authorization: 'Bearer abc' } },
    },
    {
      case: 'JSON',
      command: `curl --json '{}' '${url}'`,
      expected: { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' },
    },
    {
      case: 'data for the query',
      command: `curl -G -d c=3 --data-urlencode 'd=a b' --data-urlencode '=e f' '${url}'`,
      expected: { url: `${url}&c=3&d=a%20b&e%20f` },
    },
    { case: 'a request for the head', command: `curl -I '${url}'`, expected: { method: 'HEAD' } },
    {
      case: 'a header with the name of a property',
      command: `curl -H '__proto__: 1' -H 'constructor: 2' '${url}'`,
      expected: { headers: JSON.parse('{"__proto__":"1","constructor":"2"}') },
    },
  ];
  for (const { case: title, command, expected } of read) {
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

  const unknownBodies: { command: string; method: string }[] = [
    { command: 'curl http://x --data @body.json', method: 'POST' },
    { command: 'curl http://x -d a=1 --data-binary @-', method: 'POST' },
    { command: 'curl http://x -F file=@photo.jpg', method: 'POST' },
    { command: 'curl http://x -T photo.jpg', method: 'PUT' },
    { command: 'curl http://x -X PATCH -d @body.json', method: 'PATCH' },
  ];
  for (const { command, method } of unknownBodies) {
    test(`reads ${command} without the file`, () => {
      assert.deepEqual(parseCurl(command), {
        request: { method, url: 'http://x', headers: {}, body: undefined },
        isBodyUnknown: true,
      });
    });
  }

  const long: { case: string; text: string }[] = [
    { case: 'headers', text: Array.from({ length: 8000 }, (_, index) => `-Hh${index}:`).join(' ') },
    { case: 'values of one header', text: '-Ha:1 '.repeat(10_000) },
    { case: 'spaces in a header that is refused', text: `-H 'a:${' '.repeat(60_000)}\0'` },
    { case: 'words', text: 'a '.repeat(32_000) },
    { case: 'options in one word', text: `-${'s'.repeat(64_000)}` },
    { case: 'quotes', text: "''".repeat(30_000) },
    { case: 'open quotes', text: "$'\\".repeat(20_000) },
  ];
  for (const { case: title, text } of long) {
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

  const refused: { case: string; command: string; message: RegExp }[] = [
    { case: 'another command', command: 'wget x', message: /no curl command/ },
    { case: 'a command without URL', command: "curl -H 'A: 1'", message: /no URL/ },
    { case: 'an open quote', command: "curl 'http://x", message: /quote is not closed/ },
    { case: 'an option without its value', command: 'curl http://x -H', message: /-H has no value/ },
    { case: 'a header without a colon', command: 'curl http://x -H A', message: /"Name: value"/ },
    { case: 'a URL that is none', command: "curl 'http://a b'", message: /URL cannot be read/ },
  ];
  for (const { case: title, command, message } of refused) {
    test(`refuses ${title}`, () => {
      assert.throws(
        () => parseCurl(command),
        (error) => error instanceof InputError && message.test(error.message),
      );
    });
  }
});
