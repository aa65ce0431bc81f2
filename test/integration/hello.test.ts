import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { suite, test } from 'node:test';
import { outcome, request, token, withArtifact } from './rig.ts';

const { handler } = createRequire(import.meta.url)('../../dist/hello/index.cjs');

/** The event of Hello with this context, as each kind of API passes it on. */
const eventsOf = (context: object) => {
  const text = Object.entries(context).map(([name, value]) => [name, String(value)]);
  return {
    'REST, as text': {
      requestContext: {
        authorizer: { ...Object.fromEntries(text), principalId: 'd', integrationLatency: 1 },
      },
    },
    'HTTP 1.0': { version: '1.0', requestContext: { authorizer: { ...context, principalId: 'd' } } },
    'HTTP 2.0': { version: '2.0', requestContext: { authorizer: { lambda: context } } },
  };
};

const now = Date.now() / 1000;
const mode = 'enforce';
const greeting = 'Hello, World!';
const exp = now + 60;
const cases: [title: string, context: object, statusCode: number, body: object][] = [
  [
    'a context',
    { mode, binding: 'off', messageSignature: 'off', exp, did: 'device' },
    200,
    { message: greeting, did: 'device', exp },
  ],
  ['a context without a device', { mode, exp }, 200, { message: greeting, exp }],
  [
    'report-only',
    { mode: 'report-only', verdict: 'would-deny', reason: 'token_missing' },
    200,
    { message: greeting, verdict: 'would-deny' },
  ],
  [
    'a context for which the signed digest was too long',
    { mode, exp, omitted: 'contentDigest' },
    400,
    { message: 'The body is not the one that was signed.' },
  ],
  ['an expired context', { mode, exp: now - 1, did: 'device' }, 401, {}],
  ['another authorizer’s context', { user: 'x' }, 401, {}],
];

suite('the built Hello', () => {
  for (const [title, context, expected, expectedBody] of cases) {
    for (const [kind, event] of Object.entries(eventsOf(context))) {
      test(`${kind}: ${title}: ${expected}`, async () => {
        const { statusCode, headers, body } = await handler(event);
        assert.deepEqual([statusCode, JSON.parse(body)], [expected, expectedBody]);
        assert.equal(headers['content-type'], 'application/json');
        assert.equal(headers['access-control-allow-origin'], '*');
      });
    }
  }

  test('names the origin that the stack names', () => {
    const origin = 'https://app.example.com';
    const script = `require('./dist/hello/index.cjs').handler({}).then(({ headers }) => console.log(headers['access-control-allow-origin']))`;
    const options = { cwd: new URL('../..', import.meta.url), env: { ...process.env, CORS_ORIGIN: origin } };
    assert.equal(
      execFileSync(process.execPath, ['-e', script], { ...options, encoding: 'utf8' }).trim(),
      origin,
    );
  });

  const empty = [undefined, null, {}, { requestContext: {} }, { requestContext: { authorizer: null } }];
  for (const event of empty) {
    test(`refuses a request without a context: ${JSON.stringify(event)}`, async () => {
      assert.partialDeepStrictEqual(await handler(event), { statusCode: 401, body: '{}' });
    });
  }

  test('reads the context of the built authorizer', async () => {
    await withArtifact({}, async (artifact) => {
      const answer = await artifact.answer(request(token()));
      assert.equal(outcome(answer), 'allow');
      for (const event of Object.values(eventsOf(answer.response?.context ?? {}))) {
        assert.partialDeepStrictEqual(JSON.parse((await handler(event)).body), {
          message: greeting,
          did: 'device',
        });
      }
    });
  });
});
