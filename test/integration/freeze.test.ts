import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../infra/local/secretsFault.ts';
import { outcome, request, token, until, withArtifact } from './rig.ts';

/** Longer than any call may take: what is under way then counts as left over. */
const frozen = 5_500;

/**
 * Lambda freezes an environment between two events. Here the process is stopped for real while it fetches the secret in the
 * background, and goes on when the next event comes.
 */
describe('a freeze in the middle of a refresh', { concurrency: true }, () => {
  const faults: { title: string; fault: Fault }[] = [
    { title: 'answered meanwhile', fault: { kind: 'slow', ms: 500 } },
    { title: 'never answered', fault: { kind: 'hang', times: 1 } },
    { title: 'whose connection is gone', fault: { kind: 'truncated', times: 1 } },
  ];
  for (const { title, fault } of faults) {
    it(`${title}: the next event is answered at once, and the secret is fetched`, async () => {
      await withArtifact({}, async (artifact, secretsManager) => {
        assert.equal(outcome(await artifact.answer(request(token()))), 'allow');
        await artifact.advance(301);
        secretsManager.fault = fault;
        assert.equal(
          outcome(await artifact.answer(request(token(0, { exp: Date.now() / 1000 + 900 })))),
          'allow',
        );
        assert.ok(await until(async () => secretsManager.calls.length === 2, 2), 'the refresh began');
        artifact.freeze();
        await sleep(frozen);
        artifact.thaw();
        const begun = performance.now();
        const next = request(token(0, { exp: Date.now() / 1000 + 901 }));
        assert.equal(outcome(await artifact.answer(next)), 'allow');
        assert.ok(performance.now() - begun < 1000, 'the next event waited');
        const refreshed = async () => {
          await artifact.answer(next);
          return artifact.lines.filter(({ message }) => message === 'secret refreshed').length >= 2;
        };
        assert.ok(await until(refreshed, 4), 'the secret was fetched again');
        assert.ok(secretsManager.calls.length <= 4, `${secretsManager.calls.length} calls`);
      });
    });
  }

  it('of the initialisation: the first event makes its own call', async () => {
    await withArtifact(
      {},
      async (artifact, secretsManager) => {
        assert.ok(await until(async () => secretsManager.calls.length === 1, 2), 'the first call began');
        artifact.freeze();
        await sleep(frozen);
        artifact.thaw();
        assert.equal(outcome(await artifact.answer(request(token()))), 'allow');
      },
      (secretsManager) => {
        secretsManager.fault = { kind: 'hang', times: 1 };
      },
    );
  });
});
