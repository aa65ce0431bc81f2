import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { claimMeanings, readExplanations } from '../../../../infra/tools/console/explanations.ts';
import { settings } from '../../../../src/config/settings.ts';
import { failureCodes, refusalReasons } from '../../../../src/errors.ts';

suite('explanations', () => {
  const explanations = readExplanations();

  test('docs/operations.md explains every reason and failure, and no other', () => {
    assert.deepEqual(Object.keys(explanations).sort(), [...refusalReasons, ...failureCodes].sort());
    for (const [reason, { meaning, advice }] of Object.entries(explanations)) {
      assert.ok(meaning.length > 5 && advice.length > 5, reason);
    }
  });

  test('every claim that the context carries has a meaning', () => {
    const unknown = settings.contextClaims.defaultValue.filter((name) => !(name in claimMeanings));
    assert.deepEqual(unknown, []);
  });
});
