import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import { eventOf, sent } from '../cases/eventOf.ts';
import { decisionOf, effectOf, harness, now, secret } from './support/harness.ts';

const claims = { exp: now + 300, did: 'ExampleApproovTokenDID==', arc: 'IXPSB7TRK26LXE3M', anno: ['a'] };
const good = mintToken({ claims, key: secret });
const { answer, lines } = harness();
const send = (value: string) => answer(eventOf.rest(sent(value)));
const runs = { numRuns: 300 };

/** A change to a token: what stands between two places becomes something else. */
const mutation = fc
  .tuple(
    fc.nat(good.length),
    fc.nat(8),
    fc.oneof(fc.string({ maxLength: 8 }), fc.base64String({ maxLength: 8 }), fc.constant('')),
  )
  .map(([start, length, insert]) => good.slice(0, start) + insert + good.slice(start + length))
  .filter((token) => token !== good);

suite('for every input', () => {
  test('no mutation of a valid token is accepted', async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (token) => {
        const result = await send(token);
        assert.notEqual(effectOf(result), 'Allow');
        assert.equal(result.error?.message, 'Unauthorized');
      }),
      runs,
    );
  });

  test('no single character of a valid token can be changed', async () => {
    for (let place = 0; place < good.length; place += 1) {
      for (const character of ['A', 'B', '_', '.', '=', ' ', '\u0000', '\uD800']) {
        const token = good.slice(0, place) + character + good.slice(place + 1);
        if (token !== good)
          assert.equal((await send(token)).error?.message, 'Unauthorized', `place ${place}`);
      }
    }
  });

  test('no payload signed with another secret is accepted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 64 }), fc.object(), async (key, payload) => {
        fc.pre(!Buffer.from(key).equals(secret));
        const result = await send(mintToken({ claims: { ...payload, exp: now + 300 }, key }));
        assert.equal(decisionOf(result)?.reason, 'signature_mismatch');
      }),
      runs,
    );
  });

  test('any signed payload is either allowed with a sane exp or refused', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.integer({ min: now - 10, max: now + 10 }), fc.double());
    const names = fc.constantFrom(...'exp nbf iat did sub aud anno pay __proto__ toString'.split(' '));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, value), async (payload) => {
        const result = await send(mintToken({ claims: JSON.stringify(payload), key: secret }));
        if (effectOf(result) !== 'Allow') return assert.equal(result.error?.message, 'Unauthorized');
        const { exp } = JSON.parse(JSON.stringify(payload));
        assert.ok(exp > now);
        for (const [name, field] of Object.entries(result.response?.context ?? {})) {
          assert.ok(['string', 'number', 'boolean'].includes(typeof field), name);
          assert.ok(!['pay', 'principalId', 'integrationLatency'].includes(name));
        }
        assert.ok(Buffer.byteLength(JSON.stringify(result.response?.context)) <= 4096);
      }),
      runs,
    );
  });

  test('no event crashes it: a policy, Unauthorized or a failure with a code', async () => {
    const headerMap = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.constantFrom('Approov-Token', 'approov-token', 'x'), fc.anything()),
    );
    const event = fc.oneof(
      fc.anything(),
      fc
        .record({ headers: headerMap, multiValueHeaders: headerMap, requestContext: fc.anything() })
        .map((parts) => ({ ...eventOf.rest([]), ...parts })),
      fc
        .record({ headers: headerMap, requestContext: fc.anything() })
        .map((parts) => ({ ...eventOf.http([]), ...parts })),
    );
    await fc.assert(
      fc.asyncProperty(event, async (value) => {
        const result = await answer(value);
        assert.notEqual(effectOf(result), 'Allow');
        assert.match(String(result.error), /^(Error: Unauthorized|Failure: event_invalid: .*)$/);
      }),
      runs,
    );
  });

  test('no line of all this holds the token, its parts or the secret', async () => {
    await send(good);
    const text = lines.join('');
    assert.ok(lines.length > 800);
    const forms = [secret.toString('base64'), secret.toString('base64url'), secret.toString()];
    for (const value of [good, ...good.split('.').slice(1), ...forms]) assert.ok(!text.includes(value));
    const fields = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line))));
    const known =
      'timestamp level message decision reason apiType requestId apiId stage route tokenId arc unverifiedArc clientStatus secretVersion durationMs coldStart';
    assert.deepEqual(
      [...fields].filter((field) => !known.split(' ').includes(field)),
      [],
    );
  });
});
