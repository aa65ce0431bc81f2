import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Fault } from '../../infra/tools/standIns/secretsManager/secretsProtocol.ts';
import { outcome, request, secrets, token, until, withArtifact } from './rig.ts';

/** Faults of a call, and how the failure names them. */
const faults: [fault: Fault, named: RegExp][] = [
  [{ kind: 'AccessDeniedException' }, /AccessDeniedException$/],
  [{ kind: 'ResourceNotFoundException' }, /ResourceNotFoundException$/],
  [{ kind: 'DecryptionFailure' }, /DecryptionFailure$/],
  [{ kind: 'ThrottlingException' }, /ThrottlingException$/],
  [{ kind: 'InternalServiceError' }, /InternalServiceError$/],
  [{ kind: 'slow', ms: 2500 }, /TimeoutError$/],
  [{ kind: 'hang' }, /TimeoutError$/],
  [{ kind: 'reset' }, /(ECONNRESET|TimeoutError)$/],
  [{ kind: 'truncated' }, /[A-Za-z]+$/],
  [{ kind: 'stalled' }, /TimeoutError$/],
  [{ kind: 'not-json' }, /SyntaxError$/],
];

/** Longest time that a request may take, in milliseconds. Two calls that each reach their time limit take longer. */
const bound = 3000;

async function timed<T>(work: Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work;
  assert.ok(performance.now() - begun < bound, 'took too long');
  return result;
}

suite('while Secrets Manager fails', { concurrency: 4 }, () => {
  for (const [fault, named] of faults) {
    test(`${fault.kind}: a cold artifact fails, refuses malformed tokens, and recovers`, async () => {
      const deny = { APPROOV_DENIAL: 'policy' };
      await withArtifact(
        deny,
        async (artifact, secretsManager) => {
          const answer = await timed(artifact.answer(request(token())));
          assert.match(outcome(answer), /^secret_unavailable: GetSecretValue failed with /);
          assert.match(outcome(answer), named);
          assert.equal(outcome(await timed(artifact.answer(request('junk')))), 'deny');
          assert.match(outcome(await timed(artifact.answer(request(token(2))))), /^secret_unavailable/);
          secretsManager.fault = undefined;
          assert.ok(await until(async () => outcome(await artifact.answer(request(token()))) === 'allow', 5));
        },
        (secretsManager) => {
          secretsManager.fault = fault;
        },
      );
    });

    test(`${fault.kind}: a warm artifact uses the last good secret, refuses forged tokens, and recovers`, async () => {
      await withArtifact({ APPROOV_SECRET_TTL_SECONDS: '0' }, async (artifact, secretsManager) => {
        assert.equal(outcome(await artifact.answer(request(token()))), 'allow');
        secretsManager.fault = fault;
        for (let time = 0; time < 3; time += 1) {
          assert.equal(outcome(await timed(artifact.answer(request(token(0, { time }))))), 'allow');
          assert.equal(outcome(await timed(artifact.answer(request(token(2, { time }))))), 'unauthorized');
        }
        secretsManager.fault = undefined;
        secretsManager.rotate('approov/secret', { string: (secrets[1] as Buffer).toString('base64') });
        await artifact.advance(61);
        assert.equal(outcome(await timed(artifact.answer(request(token(1))))), 'allow');
        assert.equal(outcome(await timed(artifact.answer(request(token(0))))), 'allow');
      });
    });
  }
});

suite('an outage', () => {
  test('of the previous version only is a failure for tokens that only this version could verify', async () => {
    await withArtifact({}, async (artifact, secretsManager) => {
      secretsManager.rotate('approov/secret', { string: (secrets[1] as Buffer).toString('base64') });
      secretsManager.fault = { kind: 'InternalServiceError', versionStage: 'AWSPREVIOUS' };
      assert.ok(await until(async () => outcome(await artifact.answer(request(token(1)))) === 'allow', 2));
      assert.match(outcome(await artifact.answer(request(token(0)))), /^(allow|secret_unavailable: .*)$/);
    });
  });

  test('leaves no trace of the secret or the token in the output', async () => {
    await withArtifact({}, async (artifact, secretsManager) => {
      for (const kind of ['truncated', 'not-json', 'AccessDeniedException'] as const) {
        secretsManager.fault = { kind };
        await artifact.answer(request(token(2, { kind })));
      }
      const good = token();
      const { error } = await artifact.answer(request(`${good}.`));
      const text = artifact.output.join('') + error?.stack;
      assert.ok(!text.includes(good) && !text.includes(good.split('.')[2] as string));
      assert.ok(!text.includes((secrets[0] as Buffer).toString('base64').slice(0, 20)));
    });
  });
});
