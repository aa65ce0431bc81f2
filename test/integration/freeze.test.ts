import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../infra/tools/standIns/secretsManager/secretsProtocol.ts';
import { outcome, request, secrets, token, until, withArtifact } from './rig.ts';

/** Both are longer than any call may take. After the second, the call counts as left over. */
const freezes = [3_000, 5_500];

/**
 * Lambda freezes an environment between two events. Here the process is really stopped while it fetches the secret in
 * the background, and continues when the next event arrives.
 */
suite('a freeze during a refresh', { concurrency: true }, () => {
  const faults: [title: string, fault: Fault][] = [
    ['answered meanwhile', { kind: 'slow', ms: 500 }],
    ['never answered', { kind: 'hang', times: 1 }],
    ['whose connection is gone', { kind: 'truncated', times: 1 }],
  ];
  const rows = faults.flatMap(([title, fault]) => freezes.map((frozen) => ({ title, fault, frozen })));
  for (const { title, fault, frozen } of rows) {
    test(`${title}, for ${frozen} ms: the next event is answered at once, and the secret is fetched`, async () => {
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

  for (const frozen of freezes) {
    test(`during initialization, for ${frozen} ms: the first event is answered`, async () => {
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
  }

  test('right after an answer: a token signed with a secret that was rotated meanwhile is allowed', async () => {
    await withArtifact({}, async (artifact, secretsManager) => {
      assert.equal(outcome(await artifact.answer(request(token()))), 'allow');
      await artifact.advance(301);
      secretsManager.rotate('approov/secret', { string: (secrets[1] as Buffer).toString('base64') });
      const exp = Date.now() / 1000 + 900;
      assert.equal(outcome(await artifact.answer(request(token(0, { exp })))), 'allow');
      artifact.freeze();
      await sleep(3_000);
      artifact.thaw();
      assert.equal(outcome(await artifact.answer(request(token(1, { exp })))), 'allow');
      const failed = artifact.lines.filter(({ message }) => message?.includes('failed'));
      assert.deepEqual(failed, []);
    });
  });
});
