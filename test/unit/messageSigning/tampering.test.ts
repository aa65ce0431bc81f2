import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  accountSecret,
  created,
  type Header,
  type Line,
  outcome,
  type Sent,
  signatureHeaders,
  token,
} from './support/signing.ts';

const modes = ['install', 'account'] as const;
const apis = ['rest', 'http1', 'http2'] as const;
const mismatch = 'message_signature_mismatch';
const coverage = 'message_signature_coverage';

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
  ['"@method"', 'POST'],
  ['"@target-uri"', 'https://api.example.com/prod/shapes/1?side=2&side=3&name=a'],
  ['"@authority"', 'api.example.com'],
  ['"@scheme"', 'https'],
  ['"@path"', '/prod/shapes/1'],
  ['"@query"', '?side=2&side=3&name=a'],
  ['"@query-param";name="name"', 'a'],
  ...covered.map(([name, value]): Line => [`"${name.toLowerCase()}"`, value]),
];
const target = {
  method: 'POST',
  stage: 'prod',
  path: '/prod/shapes/1',
  rawQuery: 'side=2&side=3&name=a',
  query: { side: ['2', '3'], name: ['a'] },
} satisfies Omit<Sent, 'headers'>;

for (const mode of modes) {
  const params = `;created=${created};expires=${created + 15};nonce="n";keyid="k";tag="t"`;
  const signature = signatureHeaders(lines, { label: mode, params });
  const headers = [...covered, ...signature];
  const given = { settings: { messageSigning: mode } };

  for (const api of apis) {
    describe(`a request changed after signing: ${mode} on ${api}`, () => {
      const good: Sent = { ...target, api, headers };
      const change = (name: string, value: string | undefined) =>
        headers.flatMap((header): Header[] =>
          header[0] !== name ? [header] : value === undefined ? [] : [[name, value]],
        );
      it('passes unchanged', async () => assert.equal(await outcome(good, given), mode));

      const targets: [name: string, changed: Partial<Sent>, expected?: string][] = [
        ['method', { method: 'PUT' }],
        ['case of the method', { method: 'post' }],
        ['host', { domainName: 'api.example.org' }],
        ['stage', { path: '/dev/shapes/1', stage: 'dev' }],
        ['path', { path: '/prod/shapes/2' }],
        ['slash at the end', { path: '/prod/shapes/1/' }],
        ['case of the path', { path: '/prod/Shapes/1' }],
        ['dot segment', { path: '/prod/x/../shapes/1' }],
        [
          'query into the path',
          { path: '/prod/shapes/1?side=2&side=3&name=a', rawQuery: '', query: {} },
          coverage,
        ],
        ['fragment', { path: '/prod/shapes/1#' }],
        ['line break in the path', { path: '/prod/shapes/1\n"@method": POST' }],
        ['query left out', { rawQuery: '', query: {} }, coverage],
        ['parameter left out', { rawQuery: 'side=2&side=3', query: { side: ['2', '3'] } }, coverage],
        ['parameter added', { rawQuery: `${target.rawQuery}&x=1`, query: { ...target.query, x: ['1'] } }],
        [
          'parameter changed',
          { rawQuery: 'side=2&side=4&name=a', query: { ...target.query, side: ['2', '4'] } },
        ],
        ['parameter renamed', { rawQuery: 'Side=2&Side=3&name=a', query: { Side: ['2', '3'], name: ['a'] } }],
        [
          'values swapped',
          { rawQuery: 'side=3&side=2&name=a', query: { ...target.query, side: ['3', '2'] } },
        ],
        [
          'values doubled',
          { rawQuery: 'side=2&side=3&side=3&name=a', query: { ...target.query, side: ['2', '3', '3'] } },
        ],
        [
          'values merged',
          { rawQuery: 'side=2%26side%3D3&name=a', query: { side: ['2&side=3'], name: ['a'] } },
        ],
      ];
      for (const [name, changed, expected = mismatch] of targets) {
        it(name, async () => assert.equal(await outcome({ ...good, ...changed }, given), expected));
      }

      for (const [name, value] of covered) {
        it(`${name} changed`, async () => {
          assert.equal(await outcome({ ...good, headers: change(name, `${value}x`) }, given), mismatch);
        });
        it(`${name} empty`, async () => {
          assert.equal(await outcome({ ...good, headers: change(name, '') }, given), mismatch);
        });
        it(`${name} sent twice`, async () => {
          assert.equal(await outcome({ ...good, headers: [...headers, [name, value]] }, given), mismatch);
        });
        it(`${name} left out`, async () => {
          assert.equal(await outcome({ ...good, headers: change(name, undefined) }, given), coverage);
        });
      }

      const [[, input]] = signature as [Header, Header];
      const inputs: [string, string][] = [
        ['created', input.replace(`created=${created}`, `created=${created + 1}`)],
        ['expires', input.replace(`expires=${created + 15}`, `expires=${created + 16}`)],
        ['expires left out', input.replace(`;expires=${created + 15}`, '')],
        ['nonce', input.replace('nonce="n"', 'nonce="m"')],
        ['keyid', input.replace('keyid="k"', 'keyid="l"')],
        ['tag', input.replace('tag="t"', 'tag="u"')],
        ['a parameter added', `${input};x`],
        ['alg added', `${input};alg="${mode === 'install' ? 'ecdsa-p256-sha256' : 'hmac-sha256'}"`],
        [
          'alg of the other kind added',
          `${input};alg="${mode === 'account' ? 'ecdsa-p256-sha256' : 'hmac-sha256'}"`,
        ],
        ['order of the parameters', input.replace(/(;nonce="n")(;keyid="k")/, '$2$1')],
        ['order of the components', input.replace('"@method" "@target-uri"', '"@target-uri" "@method"')],
        ['a component left out', input.replace(' "content-digest"', '')],
        ['a component added', input.replace('"@method"', '"@method" "signature"')],
        ['white space in the list', input.replace('" "', '"  "')],
      ];
      for (const [name, changed] of inputs) {
        it(`Signature-Input: ${name}`, async () => {
          assert.notEqual(changed, input);
          assert.equal(
            await outcome({ ...good, headers: change('Signature-Input', changed) }, given),
            mismatch,
          );
        });
      }
    });
  }

  it(`headers that are not signed change nothing: ${mode}`, async () => {
    const more: Header[] = [
      ['X-Forwarded-Host', 'evil.example'],
      ['X-Forwarded-Proto', 'http'],
      ['Forwarded', 'host=evil.example'],
      ['Host', 'evil.example'],
      ['X-HTTP-Method-Override', 'DELETE'],
    ];
    assert.equal(await outcome({ ...target, headers: [...headers, ...more] }, given), mode);
  });

  it(`forwarding headers do not replace the host: ${mode}`, async () => {
    const more: Header[] = [
      ['X-Forwarded-Host', 'api.example.com'],
      ['Forwarded', 'host=api.example.com'],
      ['Host', 'api.example.com'],
    ];
    const sent = { ...target, headers: [...headers, ...more], domainName: 'other.example' };
    assert.equal(await outcome(sent, given), mismatch);
  });

  it(`the signature of another label does not count: ${mode}`, async () => {
    const other = mode === 'install' ? 'account' : 'install';
    const key = mode === 'install' ? accountSecret : undefined;
    const wrong = signatureHeaders(lines, { label: other, ...(key && { key }) });
    const relabelled = wrong.map(([name, value]): Header => [name, value.replace(other, mode)]);
    assert.equal(await outcome({ ...target, headers: [...covered, ...relabelled] }, given), mismatch);
  });
}
