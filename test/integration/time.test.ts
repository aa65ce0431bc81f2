import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { outcome, request, secrets, token, withArtifact } from './rig.ts';

const name = 'approov/secret';
const [second, third] = secrets.slice(1).map((secret) => ({ string: secret.toString('base64') }));
const inTime = (ahead: number) => ({ exp: Date.now() / 1000 + ahead + 300 });

/** The secret over minutes and hours, in the built artifact, whose clock is moved forward. */
suite('the artifact over time', () => {
  const graces: [title: string, after: number, expected: string][] = [
    ['is allowed until the end of its grace', 895, 'allow'],
    ['is refused after its grace', 905, 'unauthorized'],
  ];
  for (const [title, after, expected] of graces) {
    test(`a token signed before the rotation ${title}`, async () => {
      await withArtifact({}, async (artifact, secretsManager) => {
        assert.equal(outcome(await artifact.answer(request(token(0)))), 'allow');
        secretsManager.rotate(name, second as { string: string });
        assert.equal(outcome(await artifact.answer(request(token(1)))), 'allow');
        await artifact.advance(after);
        assert.equal(outcome(await artifact.answer(request(token(0, inTime(after))))), expected);
      });
    });
  }

  test('two rotations: a token of the previous secret is allowed, one of the secret before that is refused', async () => {
    await withArtifact({}, async (artifact, secretsManager) => {
      await artifact.answer(request(token(0)));
      secretsManager.rotate(name, second as { string: string });
      await artifact.answer(request(token(1)));
      await artifact.advance(60);
      secretsManager.rotate(name, third as { string: string });
      const answers = [];
      for (const secret of [2, 1, 0]) answers.push(outcome(await artifact.answer(request(token(secret)))));
      assert.deepEqual(answers, ['allow', 'allow', 'unauthorized']);
    });
  });

  test('a flood of forged tokens costs two calls a minute', async () => {
    await withArtifact({}, async (artifact, { calls }) => {
      await artifact.answer(request(token(0)));
      const verdicts = new Set<string>();
      for (let time = 1; time <= 60; time += 1) {
        await artifact.advance(5);
        const forged = Array.from({ length: 5 }, (_, index) => token(2, { ...inTime(300), index, time }));
        for (const answer of await Promise.all(forged.map((some) => artifact.answer(request(some))))) {
          verdicts.add(outcome(answer));
        }
      }
      assert.deepEqual([...verdicts], ['unauthorized']);
      assert.ok(calls.length >= 10 && calls.length <= 11, `${calls.length} calls in five minutes`);
    });
  });

  test('a refresh in the background makes no request wait and is one call', async () => {
    await withArtifact({}, async (artifact, secretsManager) => {
      await artifact.answer(request(token(0)));
      secretsManager.fault = { kind: 'slow', ms: 1000 };
      await artifact.advance(301);
      const begun = performance.now();
      for (let time = 0; time < 20; time += 1) {
        assert.equal(outcome(await artifact.answer(request(token(0, { ...inTime(301), time })))), 'allow');
      }
      assert.ok(performance.now() - begun < 900, 'a request waited');
      assert.equal(secretsManager.calls.length, 2);
    });
  });

  test('an outage of less than an hour goes unnoticed; a longer one is a failure until it ends', async () => {
    await withArtifact({ APPROOV_DENIAL: 'policy' }, async (artifact, secretsManager) => {
      await artifact.answer(request(token(0)));
      secretsManager.fault = { kind: 'ThrottlingException' };
      const answers: string[] = [];
      for (let minute = 5; minute <= 75; minute += 5) {
        await artifact.advance(300);
        const answer = outcome(await artifact.answer(request(token(0, inTime(minute * 60)))));
        answers.push(answer.split(':')[0] as string);
      }
      // The twelfth request comes just over an hour after the fetch.
      assert.deepEqual(answers, [...Array(11).fill('allow'), ...Array(4).fill('secret_unavailable')]);
      assert.ok(secretsManager.calls.length <= 16, `${secretsManager.calls.length} calls`);
      assert.ok(artifact.lines.some(({ message }) => message === 'stale secret in use'));
      secretsManager.fault = undefined;
      await artifact.advance(61);
      assert.equal(outcome(await artifact.answer(request(token(0, inTime(4600))))), 'allow');
    });
  });

  test('a fault during initialization only costs a second', async () => {
    await withArtifact(
      {},
      async (artifact, { calls }) => {
        assert.match(outcome(await artifact.answer(request(token(0)))), /^secret_unavailable/);
        await artifact.advance(2);
        assert.equal(outcome(await artifact.answer(request(token(0)))), 'allow');
        assert.equal(calls.length, 2);
      },
      (secretsManager) => {
        secretsManager.fault = { kind: 'AccessDeniedException', times: 1 };
      },
    );
  });
});
