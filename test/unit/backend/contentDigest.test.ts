import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { verifyContentDigest } from '../../../src/backend/contentDigest.ts';
import { type ApproovContext, readApproovContext } from '../../../src/backend.ts';
import { proxyEventOf } from '../../cases/proxyEventOf.ts';

const hash = (algorithm: string, body: string | Buffer) =>
  createHash(algorithm).update(body).digest('base64');
const contextOf = (contentDigest: unknown) => ({ contentDigest }) as ApproovContext;
const text = '{"hello": "wörld"}';
const sha256 = hash('sha256', text);
const sha512 = hash('sha512', text);

suite('verifyContentDigest', () => {
  const body = { body: text, isBase64Encoded: false };
  const encoded = Buffer.from(text).toString('base64');
  const otherwise = (algorithm: string) => hash(algorithm, 'x');
  const bytes = `sha-256=:${hash('sha256', Buffer.of(255, 0))}:`;
  const good = `sha-256=:${sha256}:`;
  const ofNothing = `sha-256=:${hash('sha256', '')}:`;
  const verified: [name: string, event: unknown, contentDigest: string][] = [
    ['sha-256', body, good],
    ['sha-512', body, `sha-512=:${sha512}:`],
    ['a digest in quotes', body, `sha-256="${sha256}"`],
    ['both', body, `${good}, sha-512=:${sha512}:`],
    ['a known algorithm and an unknown one', body, `sha-1=:AAAA:, ${good}`],
    ['with parameters', body, `${good};x=1`],
    ['base64 body', { body: encoded, isBase64Encoded: true }, good],
    ['bytes that are not text', { body: '/wA=', isBase64Encoded: true }, bytes],
    ['null body', { body: null, isBase64Encoded: false }, ofNothing],
    ['no body', {}, ofNothing],
    ['empty body', { body: '' }, ofNothing],
  ];
  const mismatched: typeof verified = [
    ['both, of which the first is wrong', body, `sha-256=:${otherwise('sha256')}:, sha-512=:${sha512}:`],
    ['both, of which the second is wrong', body, `${good}, sha-512=:${otherwise('sha512')}:`],
    ['a base64 body that is not marked as such', { body: encoded }, good],
    ['a body where an empty one was signed', body, ofNothing],
    ['no body where one was signed', { body: null }, good],
    ['another body', { body: `${text} ` }, good],
    ['parsed body', { body: JSON.parse(text) }, good],
    ['no event', undefined, good],
    ['a shortened digest', body, `sha-256=:${sha256.slice(0, 40)}:`],
    ['a digest of the other algorithm', body, `sha-256=:${sha512}:`],
    ['a digest that is a token', body, 'sha-256=abc'],
    ['a digest without value', body, 'sha-256'],
    ['a digest that is a list', body, `sha-256=(:${sha256}:)`],
    ['unknown algorithms alone', body, `sha-1=:AAAA:, md5=:${hash('md5', text)}:`],
    ['a name that every object has', body, 'constructor=:AAAA:'],
    ['upper case', body, `SHA-256=:${sha256}:`],
    ['unreadable', body, sha256],
    ['empty', body, ''],
  ];
  for (const [expected, cases] of Object.entries({ verified, mismatched })) {
    for (const [name, event, contentDigest] of cases) {
      test(`${name}: ${expected}`, () => {
        assert.equal(verifyContentDigest(event, contextOf(contentDigest)), expected);
      });
    }
  }

  test('a digest that is not covered, or not text, is absent', () => {
    for (const absent of [undefined, 1]) assert.equal(verifyContentDigest(body, contextOf(absent)), 'absent');
  });

  test('a digest that was too long for the context is mismatched', () => {
    const context = { omitted: ['sub', 'contentDigest'] } as unknown as ApproovContext;
    assert.equal(verifyContentDigest(body, context), 'mismatched');
    assert.equal(verifyContentDigest(body, { omitted: ['sub'] } as unknown as ApproovContext), 'absent');
  });

  test('reads own properties alone', () => {
    const context = Object.create({ contentDigest: `sha-256=:${sha256}:` });
    assert.equal(verifyContentDigest(body, context), 'absent');
    assert.equal(verifyContentDigest(Object.create(body), contextOf(`sha-256=:${sha256}:`)), 'mismatched');
  });

  test('a missing context is absent', () => {
    assert.equal(verifyContentDigest(body, undefined as unknown as ApproovContext), 'absent');
    assert.equal(
      verifyContentDigest(body, { mode: 'report-only', verdict: 'would-deny', reason: 'x' }),
      'absent',
    );
  });

  for (const kind of ['rest', 'http1', 'http2'] as const) {
    test(`with the context that a backend reads: ${kind}`, () => {
      const event = proxyEventOf(kind, { body: text }) as { requestContext: object };
      const fields = { exp: '4000000000', mode: 'enforce', contentDigest: `sha-256=:${sha256}:` };
      const authorizer = kind === 'http2' ? { lambda: fields } : fields;
      const context = readApproovContext(
        { ...event, requestContext: { ...event.requestContext, authorizer } },
        { now: 1 },
      );
      assert.equal(verifyContentDigest(event, context), 'verified');
      assert.equal(verifyContentDigest({ ...event, body: 'x' }, context), 'mismatched');
    });
  }

  test('never throws, and verifies nothing that does not match', () => {
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
