import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { verifyContentDigest } from '../../../src/backend/contentDigest.ts';
import { type ApproovContext, readApproovContext } from '../../../src/backend.ts';

const hash = (algorithm: string, body: string | Buffer) =>
  createHash(algorithm).update(body).digest('base64');
const contextOf = (contentDigest: unknown) => ({ contentDigest }) as ApproovContext;
const text = '{"hello": "wörld"}';
const sha256 = hash('sha256', text);
const sha512 = hash('sha512', text);

describe('verifyContentDigest', () => {
  const body = { body: text, isBase64Encoded: false };
  const cases: [name: string, event: unknown, contentDigest: unknown, expected: string][] = [
    ['sha-256', body, `sha-256=:${sha256}:`, 'verified'],
    ['sha-512', body, `sha-512=:${sha512}:`, 'verified'],
    ['a digest in quotes', body, `sha-256="${sha256}"`, 'verified'],
    ['both', body, `sha-256=:${sha256}:, sha-512=:${sha512}:`, 'verified'],
    [
      'both, of which the first is wrong',
      body,
      `sha-256=:${hash('sha256', 'x')}:, sha-512=:${sha512}:`,
      'mismatched',
    ],
    [
      'both, of which the second is wrong',
      body,
      `sha-256=:${sha256}:, sha-512=:${hash('sha512', 'x')}:`,
      'mismatched',
    ],
    ['a known algorithm beside an unknown one', body, `sha-1=:AAAA:, sha-256=:${sha256}:`, 'verified'],
    ['with parameters', body, `sha-256=:${sha256}:;x=1`, 'verified'],
    [
      'base64 body',
      { body: Buffer.from(text).toString('base64'), isBase64Encoded: true },
      `sha-256=:${sha256}:`,
      'verified',
    ],
    [
      'bytes that are not text',
      { body: '/wA=', isBase64Encoded: true },
      `sha-256=:${hash('sha256', Buffer.of(255, 0))}:`,
      'verified',
    ],
    [
      'a base64 body that is not marked as such',
      { body: Buffer.from(text).toString('base64') },
      `sha-256=:${sha256}:`,
      'mismatched',
    ],
    ['null body', { body: null, isBase64Encoded: false }, `sha-256=:${hash('sha256', '')}:`, 'verified'],
    ['no body', {}, `sha-256=:${hash('sha256', '')}:`, 'verified'],
    ['empty body', { body: '' }, `sha-256=:${hash('sha256', '')}:`, 'verified'],
    ['a body in place of an empty one', body, `sha-256=:${hash('sha256', '')}:`, 'mismatched'],
    ['no body in place of the signed one', { body: null }, `sha-256=:${sha256}:`, 'mismatched'],
    ['another body', { body: `${text} ` }, `sha-256=:${sha256}:`, 'mismatched'],
    ['parsed body', { body: JSON.parse(text) }, `sha-256=:${sha256}:`, 'mismatched'],
    ['no event', undefined, `sha-256=:${sha256}:`, 'mismatched'],
    ['a shortened digest', body, `sha-256=:${sha256.slice(0, 40)}:`, 'mismatched'],
    ['a digest of the other algorithm', body, `sha-256=:${sha512}:`, 'mismatched'],
    ['a digest that is a token', body, 'sha-256=abc', 'mismatched'],
    ['a digest without value', body, 'sha-256', 'mismatched'],
    ['a digest that is a list', body, `sha-256=(:${sha256}:)`, 'mismatched'],
    ['unknown algorithms alone', body, `sha-1=:AAAA:, md5=:${hash('md5', text)}:`, 'mismatched'],
    ['a name that every object has', body, 'constructor=:AAAA:', 'mismatched'],
    ['upper case', body, `SHA-256=:${sha256}:`, 'mismatched'],
    ['unreadable', body, sha256, 'mismatched'],
    ['empty', body, '', 'mismatched'],
    ['not covered', body, undefined, 'absent'],
    ['not text', body, 1, 'absent'],
  ];
  for (const [name, event, contentDigest, expected] of cases) {
    it(`${name}: ${expected}`, () => {
      assert.equal(verifyContentDigest(event, contextOf(contentDigest)), expected);
    });
  }

  it('a digest that was too long for the context is mismatched', () => {
    const context = { omitted: ['sub', 'contentDigest'] } as unknown as ApproovContext;
    assert.equal(verifyContentDigest(body, context), 'mismatched');
    assert.equal(verifyContentDigest(body, { omitted: ['sub'] } as unknown as ApproovContext), 'absent');
  });

  it('reads own properties alone', () => {
    const context = Object.create({ contentDigest: `sha-256=:${sha256}:` });
    assert.equal(verifyContentDigest(body, context), 'absent');
    assert.equal(verifyContentDigest(Object.create(body), contextOf(`sha-256=:${sha256}:`)), 'mismatched');
  });

  it('a missing context is absent', () => {
    assert.equal(verifyContentDigest(body, undefined as unknown as ApproovContext), 'absent');
    assert.equal(
      verifyContentDigest(body, { mode: 'report-only', verdict: 'would-deny', reason: 'x' }),
      'absent',
    );
  });

  const events = [
    'backend-rest-v1-after-lambda-authorizer.captured.json',
    'backend-http-v2-after-lambda-authorizer-with-context.aws-lambda-go.json',
  ];
  for (const name of events) {
    const file = new URL(`../../../../shared/events/${name}`, import.meta.url);
    it(`with the context that a backend reads: ${name}`, (test) => {
      const event = readEvent(file);
      if (!event) return test.skip('the sample events are not beside this checkout');
      const fields = {
        exp: '4000000000',
        mode: 'enforce',
        contentDigest: `sha-256=:${hash('sha256', event.body ?? '')}:`,
      };
      const authorizer = event.version === '2.0' ? { lambda: fields } : fields;
      const context = readApproovContext(
        { ...event, requestContext: { ...event.requestContext, authorizer } },
        { now: 1 },
      );
      assert.equal(verifyContentDigest(event, context), 'verified');
      assert.equal(verifyContentDigest({ ...event, body: 'x' }, context), 'mismatched');
    });
  }

  it('never throws, and verifies nothing that does not match', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (event, context) => {
        assert.notEqual(verifyContentDigest(event, context as ApproovContext), 'verified');
      }),
    );
    const digest = fc.oneof(
      fc.string(),
      fc.stringMatching(/^sha-(256|512)=[:"][A-Za-z0-9+/]{0,90}={0,2}[:"]$/),
    );
    fc.assert(
      fc.property(fc.string(), digest, (sent, contentDigest) => {
        assert.notEqual(verifyContentDigest({ body: sent }, contextOf(contentDigest)), 'verified');
      }),
    );
  });
});

function readEvent(file: URL) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
