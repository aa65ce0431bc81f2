import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { SecretsManager } from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { type DecisionCase, decisionCases } from '../cases/decisionCases.ts';
import { eventOf } from '../cases/eventOf.ts';
import { type Artifact, startArtifact } from './artifact.ts';
import { outcome, secrets, startSecrets } from './rig.ts';

const { cases } = decisionCases(Math.floor(Date.now() / 1000), secrets[0] as Buffer);
const byVariables = Map.groupBy(cases, ({ variables = {} }) => JSON.stringify(variables));

/**
 * The decision table on the artifact. Each set of variables has two processes: one throws refusals, the other answers
 * with a Deny.
 */
for (const [text, some] of byVariables) {
  suite(`the artifact decides, with ${text}`, () => {
    let secretsManager: SecretsManager;
    let throwing: Artifact;
    let denying: Artifact;
    before(async () => {
      secretsManager = await startSecrets();
      throwing = await startArtifact(secretsManager.endpoint, JSON.parse(text));
      denying = await startArtifact(secretsManager.endpoint, {
        ...JSON.parse(text),
        APPROOV_DENIAL: 'policy',
      });
    });
    after(async () => {
      await throwing.stop();
      await denying.stop();
      await secretsManager.close();
    });
    for (const { name, headers, expected } of some as DecisionCase[]) {
      test(`${name}: ${expected}`, async () => {
        for (const api of ['rest', 'http'] as const) {
          const thrown = await throwing.answer(eventOf[api](headers));
          const denied = await denying.answer(eventOf[api](headers));
          assert.equal(outcome(thrown), expected === 'allow' ? 'allow' : 'unauthorized');
          assert.equal(outcome(denied), expected === 'allow' ? 'allow' : 'deny');
          if (expected !== 'allow') assert.deepEqual(denied.response?.context, { reason: expected });
        }
      });
    }
  });
}
