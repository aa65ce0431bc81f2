import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soak } from './soak.ts';

test('soak: 5,000 requests over 40 hours with rotations and outages, and no wrong verdict', async (test) => {
  const figures = await soak(5_000, 28_800);
  test.diagnostic(JSON.stringify(figures));
  assert.equal(figures.firstWrong, undefined);
  assert.equal(figures.wrongVerdicts, 0);
  assert.ok(figures.rotations > 30);
  for (const verdict of [
    'allow',
    'signature_mismatch',
    'token_expired',
    'binding_mismatch',
    'secret_unavailable',
  ]) {
    assert.ok((figures.verdicts[verdict] ?? 0) > 100, `too few of ${verdict}`);
  }
});
