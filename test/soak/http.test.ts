import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import type { SecretsManager } from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import type { FaultKind } from '../../infra/tools/standIns/secretsManager/secretsProtocol.ts';
import type { Artifact } from '../integration/artifact.ts';
import { secrets as firstSecrets, outcome, request, withArtifact } from '../integration/rig.ts';

/** Faults that answer at once. They are injected in turn. */
const faults: FaultKind[] = [
  'AccessDeniedException',
  'reset',
  'not-json',
  'ThrottlingException',
  'truncated',
];

const phases = 60;
const step = 600;
const requestsInPhase = 100;

/** A phase of ten minutes. */
interface Phase {
  /** Seconds since the start. */
  readonly elapsed: number;
  readonly secret: Buffer;
  readonly before: Buffer;
  /** Seconds since the latest rotation. */
  readonly sinceRotation: number;
}

test('soak: 6,000 requests to the built artifact over HTTP, ten hours with rotations and faults', async (test) => {
  await withArtifact({}, async (artifact, secretsManager) => {
    const wrong: string[] = [];
    let secret: Buffer = firstSecrets[0] as Buffer;
    let before: Buffer = Buffer.alloc(64, 'no secret of any time');
    let rotatedAt = Number.NEGATIVE_INFINITY;
    for (let number = 0; number < phases; number += 1) {
      const elapsed = number * step;
      if (number > 0) await artifact.advance(step);
      const isDown = number % 5 === 3;
      secretsManager.fault = isDown
        ? { kind: faults[Math.floor(number / 5) % faults.length] as FaultKind }
        : undefined;
      if (number % 3 === 1 && !isDown) {
        before = secret;
        secret = Buffer.alloc(64, `secret of phase ${number}, `);
        rotatedAt = elapsed;
        rotate(secretsManager, secret, elapsed);
      }
      wrong.push(...(await run(artifact, { elapsed, secret, before, sinceRotation: elapsed - rotatedAt })));
    }
    const { calls } = secretsManager;
    test.diagnostic(
      JSON.stringify({ requests: phases * requestsInPhase, wrong: wrong.length, calls: calls.length }),
    );
    assert.deepEqual(wrong, []);
    // Per phase at most a refresh, a refresh after a mismatch, and a fetch of the previous version.
    assert.ok(calls.length < phases * 3, `${calls.length} calls`);
  });
});

function rotate(secretsManager: SecretsManager, secret: Buffer, elapsed: number): void {
  const createdDate = new Date(Date.now() + elapsed * 1000);
  secretsManager.rotate('approov/secret', { string: secret.toString('base64') }, { createdDate });
}

/** Sends the requests of a phase, a few at a time, and returns the wrong answers. */
async function run(artifact: Artifact, phase: Phase): Promise<string[]> {
  const wrong: string[] = [];
  for (let sent = 0; sent < requestsInPhase; sent += 10) {
    const batch = Array.from({ length: 10 }, (_, index) => draw(phase, sent + index));
    const answers = await Promise.all(batch.map(({ token }) => artifact.answer(request(token))));
    for (const [index, answer] of answers.entries()) {
      const { title, expected } = batch[index] as ReturnType<typeof draw>;
      if (outcome(answer) !== expected) wrong.push(`${phase.elapsed} s: ${title}: ${outcome(answer)}`);
    }
  }
  return wrong;
}

function draw({ elapsed, secret, before, sinceRotation }: Phase, number: number) {
  const now = Date.now() / 1000 + elapsed;
  const token = (key: Buffer, exp = now + 300) => mintToken({ claims: { exp, number }, key });
  const ofBefore = sinceRotation < 900 ? 'allow' : 'unauthorized';
  const kinds = [
    { title: 'good', token: token(secret), expected: 'allow' },
    { title: 'of the previous secret', token: token(before), expected: ofBefore },
    { title: 'forged', token: token(Buffer.alloc(64, `forger ${number}`)), expected: 'unauthorized' },
    { title: 'expired', token: token(secret, now - 1), expected: 'unauthorized' },
    { title: 'malformed', token: `${token(secret)}.`, expected: 'unauthorized' },
  ];
  return kinds[number % kinds.length] as (typeof kinds)[0];
}
