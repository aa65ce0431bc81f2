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
  ];
  for (const { case: title, command, expected } of read) {
    test(`reads ${title}`, () => assert.deepEqual(parseCurl(command), { ...get, ...expected }));
  }

  test('reads what curlCommand writes', () => {
    const request = {
      method: 'POST',
      url,
      headers: { 'Approov-Token': 'a.b.c', Authorization: "Bearer it's" },
      body: '$HOME "x" \\ y',
    };
    assert.deepEqual(parseCurl(curlCommand(request)), request);
  });

  const refused: { case: string; command: string; message: RegExp }[] = [
    { case: 'another command', command: 'wget x', message: /no curl command/ },
    { case: 'a command without URL', command: "curl -H 'A: 1'", message: /no URL/ },
    { case: 'an open quote', command: "curl 'http://x", message: /quote is not closed/ },
    { case: 'a body in a file', command: 'curl http://x -d @secret.txt', message: /in a file/ },
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
