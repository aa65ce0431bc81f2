import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import { startArtifact } from './artifact.ts';
import { outcome, request, secrets, token, until, withArtifact } from './rig.ts';

const hour = 3600;

suite('the artifact, when its clock is set back by an hour', () => {
  test('sees a rotation no later than usual', async () => {
    await withArtifact({}, async (artifact, secretsManager) => {
      assert.equal(outcome(await artifact.answer(request(token(0)))), 'allow');
      await artifact.advance(-hour);
      const second = (secrets[1] as Buffer).toString('base64');
      secretsManager.rotate('approov/secret', { string: second });
      await artifact.advance(301);
      const isSeen = async () => {
        assert.equal(outcome(await artifact.answer(request(token(0)))), 'allow');
        return artifact.lines.at(-1)?.secretVersion === 'previous';
      };
      assert.ok(await until(isSeen, 3));
    });
  });

  test('tries again after a failure no later than usual', async () => {
    await withArtifact(
      {},
      async (artifact, secretsManager) => {
        for (let failures = 0; failures < 4; failures += 1) {
          assert.match(outcome(await artifact.answer(request(token(0)))), /^secret_unavailable/);
          await artifact.advance(30);
        }
        secretsManager.fault = undefined;
        await artifact.advance(-hour);
        assert.equal(outcome(await artifact.answer(request(token(0)))), 'allow');
      },
      (secretsManager) => {
        secretsManager.fault = { kind: 'InternalServiceError' };
      },
    );
  });
});

suite('the artifact, when its clock differs from that of AWS', () => {
  for (const minutes of [10, -10]) {
    test(`by ${minutes} minutes: the second call to Secrets Manager is signed with the time of AWS`, async () => {
      const answered: number[] = [];
      const aws = createServer((received, response) => {
        const now = Date.now() + minutes * 60_000;
        const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(String(received.headers['x-amz-date'])) ?? [];
        const signedAt = Date.parse(
          `${date?.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time?.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`,
        );
        const isSkewed = !(Math.abs(signedAt - now) <= 300_000);
        answered.push(isSkewed ? 400 : 200);
        response.writeHead(isSkewed ? 400 : 200, { date: new Date(now).toUTCString() });
        response.end(
          JSON.stringify(
            isSkewed
              ? { __type: 'InvalidSignatureException', message: 'Signature expired' }
              : { SecretString: secrets[0]?.toString('base64'), VersionId: 'v1', CreatedDate: 0 },
          ),
        );
      });
      await once(aws.listen(0, '127.0.0.1'), 'listening');
      const artifact = await startArtifact(`http://127.0.0.1:${(aws.address() as AddressInfo).port}`);
      try {
        assert.equal(
          outcome(await artifact.answer(request(token(0)))),
          'secret_unavailable: GetSecretValue failed with InvalidSignatureException',
        );
        await artifact.advance(2);
        assert.equal(outcome(await artifact.answer(request(token(0)))), 'allow');
        assert.deepEqual(answered, [400, 200]);
      } finally {
        await artifact.stop();
        aws.close();
      }
    });
  }
});
