import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventOf } from '../cases/eventOf.ts';
import { outcome, request, token, withArtifact } from './rig.ts';

const variables = { APPROOV_MODE: 'report-only' };

suite('the artifact in report-only', () => {
  const cases = [
    {
      title: 'a good token',
      headers: [['Approov-Token', token()]],
      expected: { did: 'device', mode: 'report-only' },
    },
    {
      title: 'a forged token',
      headers: [['Approov-Token', token(2)]],
      expected: { reason: 'signature_mismatch' },
    },
    { title: 'no token', headers: [], expected: { reason: 'token_missing' } },
    {
      title: 'a status without a token',
      headers: [['Approov-Status', 'no_network']],
      expected: { reason: 'client_status' },
    },
  ] as const;
  for (const { title, headers, expected } of cases) {
    test(`lets every request through: ${title}`, async () => {
      await withArtifact(variables, async (artifact) => {
        for (const api of ['rest', 'http'] as const) {
          const answer = await artifact.answer(eventOf[api](headers));
          assert.equal(outcome(answer), 'allow');
          assert.partialDeepStrictEqual(answer.response?.context, expected);
          if ('reason' in expected) {
            assert.deepEqual(answer.response?.context, {
              mode: 'report-only',
              verdict: 'would-deny',
              ...expected,
            });
          }
        }
      });
    });
  }

  test('lets a request through without a secret, and logs that as an error', async () => {
    await withArtifact(
      variables,
      async (artifact) => {
        const { response } = await artifact.answer(request(token()));
        assert.deepEqual(response?.context, {
          mode: 'report-only',
          verdict: 'would-deny',
          reason: 'secret_unavailable',
        });
        assert.equal(response?.policyDocument?.Statement[0].Effect, 'Allow');
        assert.partialDeepStrictEqual(artifact.lines.at(-1), {
          level: 'error',
          decision: 'error',
          reason: 'secret_unavailable',
        });
      },
      (secretsManager) => {
        secretsManager.fault = { kind: 'AccessDeniedException' };
      },
    );
  });

  const noEvents: [title: string, event: unknown][] = [
    ['nothing', null],
    ['text', 'event'],
    ['an empty object', {}],
    ['a backend’s event', { httpMethod: 'GET', path: '/', headers: {}, requestContext: {} }],
    [
      'a TOKEN authorizer’s event',
      { type: 'TOKEN', authorizationToken: 'x', methodArn: 'arn:aws:execute-api:r:1:a/s/GET/x' },
    ],
    ['another service’s ARN', { type: 'REQUEST', methodArn: 'arn:aws:s3:::bucket/key', headers: {} }],
    ['headers that are not an object', { ...eventOf.rest([]), headers: 'Approov-Token: x' }],
  ];
  for (const settings of [{}, variables, { APPROOV_DENIAL: 'policy' }]) {
    test(`anything but an authorizer’s event is a failure, with ${JSON.stringify(settings)}`, async () => {
      await withArtifact(settings, async (artifact) => {
        for (const [title, event] of noEvents) {
          assert.match(outcome(await artifact.answer(event)), /^event_invalid: /, title);
        }
        assert.equal(outcome(await artifact.answer(request(token()))), 'allow');
      });
    });
  }
});
