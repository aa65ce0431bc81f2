import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { arnOf, eventOf, type Headers, sent } from '../cases/eventOf.ts';
import { outcome, request, token, withArtifact } from './rig.ts';

const variables = { APPROOV_MODE: 'report-only' };
const wouldDeny = (reason: string) => ({ mode: 'report-only', verdict: 'would-deny', reason });

suite('the artifact in report-only', () => {
  test('lets every request through', async () => {
    const cases: [headers: Headers, expected: object][] = [
      [sent(token()), { did: 'device', mode: 'report-only' }],
      [sent(token(2)), wouldDeny('signature_mismatch')],
      [[], wouldDeny('token_missing')],
      [[['Approov-Status', 'no_network']], wouldDeny('client_status')],
    ];
    await withArtifact(variables, async (artifact) => {
      for (const [headers, expected] of cases) {
        for (const api of ['rest', 'http'] as const) {
          const answer = await artifact.answer(eventOf[api](headers));
          assert.equal(outcome(answer), 'allow');
          assert.partialDeepStrictEqual(answer.response?.context, expected);
          if ('reason' in expected) assert.deepEqual(answer.response?.context, expected);
        }
      }
    });
  });

  test('lets a request through without a secret, and logs that as an error', async () => {
    const reason = 'secret_unavailable';
    await withArtifact(
      variables,
      async (artifact) => {
        const { response } = await artifact.answer(request(token()));
        assert.deepEqual(response?.context, wouldDeny(reason));
        assert.equal(response?.policyDocument?.Statement[0].Effect, 'Allow');
        assert.partialDeepStrictEqual(artifact.lines.at(-1), { level: 'error', decision: 'error', reason });
      },
      (secretsManager) => {
        secretsManager.fault = { kind: 'AccessDeniedException' };
      },
    );
  });

  const noEvents: Record<string, unknown> = {
    nothing: null,
    text: 'event',
    'an empty object': {},
    'a backend’s event': { httpMethod: 'GET', path: '/', headers: {}, requestContext: {} },
    'a TOKEN authorizer’s event': { type: 'TOKEN', authorizationToken: 'x', methodArn: arnOf('/GET/x') },
    'another service’s ARN': { type: 'REQUEST', methodArn: 'arn:aws:s3:::bucket/key', headers: {} },
    'headers that are not an object': { ...eventOf.rest([]), headers: 'Approov-Token: x' },
  };
  for (const settings of [{}, variables, { APPROOV_DENIAL: 'policy' }]) {
    test(`anything but an authorizer’s event is a failure, with ${JSON.stringify(settings)}`, async () => {
      await withArtifact(settings, async (artifact) => {
        for (const [title, event] of Object.entries(noEvents)) {
          assert.match(outcome(await artifact.answer(event)), /^event_invalid: /, title);
        }
        assert.equal(outcome(await artifact.answer(request(token()))), 'allow');
      });
    });
  }
});
