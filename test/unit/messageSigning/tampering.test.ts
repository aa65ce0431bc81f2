import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  accountSecret,
  apis,
  coverage,
  created,
  type Header,
  type Line,
  linesOf,
  mismatch,
  outcome,
  type Sent,
  signatureHeaders,
  token,
} from './support/signing.ts';

const covered: readonly Header[] = [
  ['Approov-Token', token],
  ['Approov-TraceID', 'trace-1'],
  ['Approov-Status', 'success'],
  ['Authorization', 'Bearer abc'],
  ['Content-Length', '7'],
  ['Content-Type', 'application/json'],
  ['Content-Digest', 'sha-256=:AVq9f1zFei3ZTOdVIDrpZQySyRUO/qAEMC7tGbCXf4A=:'],
];
const lines: readonly Line[] = [
  ...linesOf({
    '@method': 'POST',
    '@target-uri': 'https://api.example.com/prod/shapes/1?side=2&side=3&name=a',
    '@authority': 'api.example.com',
    '@scheme': 'https',
    '@path': '/prod/shapes/1',
    '@query': '?side=2&side=3&name=a',
    '@query-param;name="name"': 'a',
  }),
  ...linesOf(Object.fromEntries(covered.map(([name, value]) => [name.toLowerCase(), value]))),
];
const query = (rawQuery: string): Pick<Sent, 'rawQuery' | 'query'> => {
  const all = new URLSearchParams(rawQuery);
  return { rawQuery, query: Object.fromEntries([...all.keys()].map((name) => [name, all.getAll(name)])) };
};
const target = {
  method: 'POST',
  stage: 'prod',
  path: '/prod/shapes/1',
  ...query('side=2&side=3&name=a'),
} satisfies Omit<Sent, 'headers'>;

const targets: [name: string, changed: Partial<Sent>, expected?: string][] = [
  ['method', { method: 'PUT' }],
  ['case of the method', { method: 'post' }],
  ['host', { domainName: 'api.example.org' }],
  ['stage', { path: '/dev/shapes/1', stage: 'dev' }],
  ['path', { path: '/prod/shapes/2' }],
  ['slash at the end', { path: '/prod/shapes/1/' }],
  ['case of the path', { path: '/prod/Shapes/1' }],
  ['dot segment', { path: '/prod/x/../shapes/1' }],
  ['query into the path', { path: '/prod/shapes/1?side=2&side=3&name=a', ...query('') }, coverage],
  ['fragment', { path: '/prod/shapes/1#' }],
  ['line break in the path', { path: '/prod/shapes/1\n"@method": POST' }],
  ['query left out', query(''), coverage],
  ['parameter left out', query('side=2&side=3'), coverage],
  ['parameter added', query('side=2&side=3&name=a&x=1')],
  ['parameter changed', query('side=2&side=4&name=a')],
  ['parameter renamed', query('Side=2&Side=3&name=a')],
  ['values swapped', query('side=3&side=2&name=a')],
  ['values doubled', query('side=2&side=3&side=3&name=a')],
  ['values merged', query('side=2%26side%3D3&name=a')],
];

for (const mode of ['install', 'account'] as const) {
  const other = mode === 'install' ? 'account' : 'install';
  const algorithms = { install: 'ecdsa-p256-sha256', account: 'hmac-sha256' };
  const params = `;created=${created};expires=${created + 15};nonce="n";keyid="k";tag="t"`;
  const signature = signatureHeaders(lines, { label: mode, params });
  const headers = [...covered, ...signature];
  const given = { settings: { messageSigning: mode } };
  const [[, input]] = signature as [Header, Header];
  const inputs: [name: string, changed: string][] = [
    ['created', input.replace(`created=${created}`, `created=${created + 1}`)],
    ['expires', input.replace(`expires=${created + 15}`, `expires=${created + 16}`)],
    ['expires left out', input.replace(`;expires=${created + 15}`, '')],
    ['nonce', input.replace('nonce="n"', 'nonce="m"')],
    ['keyid', input.replace('keyid="k"', 'keyid="l"')],
    ['tag', input.replace('tag="t"', 'tag="u"')],
    ['a parameter added', `${input};x`],
    ['alg added', `${input};alg="${algorithms[mode]}"`],
    ['alg of the other kind added', `${input};alg="${algorithms[other]}"`],
    ['order of the parameters', input.replace(/(;nonce="n")(;keyid="k")/, '$2$1')],
    ['order of the components', input.replace('"@method" "@target-uri"', '"@target-uri" "@method"')],
    ['a component left out', input.replace(' "content-digest"', '')],
    ['a component added', input.replace('"@method"', '"@method" "signature"')],
    ['white space in the list', input.replace('" "', '"  "')],
  ];
  const withValue = (name: string, value: string): Header[] =>
    headers.map((header) => (header[0] === name ? [name, value] : header));

  for (const api of apis) {
    suite(`a request changed after signing: ${mode} on ${api}`, () => {
      const good: Sent = { ...target, api, headers };
      test('passes unchanged', async () => assert.equal(await outcome(good, given), mode));

      for (const [name, changed, expected = mismatch] of targets) {
        test(name, async () => assert.equal(await outcome({ ...good, ...changed }, given), expected));
      }

      for (const [name, value] of covered) {
        const changes: [change: string, headers: Header[], expected?: string][] = [
          ['changed', withValue(name, `${value}x`)],
          ['empty', withValue(name, '')],
          ['sent twice', [...headers, [name, value]]],
          ['left out', headers.filter(([header]) => header !== name), coverage],
        ];
        test(`${name} ${changes.map(([change]) => change).join(', ')}`, async () => {
          for (const [change, changed, expected = mismatch] of changes) {
            assert.equal(await outcome({ ...good, headers: changed }, given), expected, change);
          }
        });
      }

      for (const [name, changed] of inputs) {
        test(`Signature-Input: ${name}`, async () => {
          assert.notEqual(changed, input);
          const sent = { ...good, headers: withValue('Signature-Input', changed) };
          assert.equal(await outcome(sent, given), mismatch);
        });
      }
    });
  }

  test(`headers that are not signed change nothing: ${mode}`, async () => {
    const more = ['X-Forwarded-Host', 'Forwarded', 'Host'].map((name): Header => [name, 'host=evil.example']);
    more.push(['X-Forwarded-Proto', 'http'], ['X-HTTP-Method-Override', 'DELETE']);
    assert.equal(await outcome({ ...target, headers: [...headers, ...more] }, given), mode);
  });

  test(`forwarding headers do not replace the host: ${mode}`, async () => {
    const more = ['X-Forwarded-Host', 'Host'].map((name): Header => [name, 'api.example.com']);
    more.push(['Forwarded', 'host=api.example.com']);
    const sent = { ...target, headers: [...headers, ...more], domainName: 'other.example' };
    assert.equal(await outcome(sent, given), mismatch);
  });

  test(`the signature of another label does not count: ${mode}`, async () => {
    const wrong = signatureHeaders(lines, {
      label: other,
      ...(mode === 'install' && { key: accountSecret }),
    });
    const relabelled = wrong.map(([name, value]): Header => [name, value.replace(other, mode)]);
    assert.equal(await outcome({ ...target, headers: [...covered, ...relabelled] }, given), mismatch);
  });
}
