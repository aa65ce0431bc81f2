import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { soakManagedInstance } from '../soak/managedInstance.ts';

suite("a Lambda Managed Instance, with AWS's runtime client and its worker threads", () => {
  for (const workers of [2, 8]) {
    test(`5,000 requests of many apps and users, 64 at once, to ${workers} workers`, async () => {
      const { seconds: _, ...figures } = await soakManagedInstance(5000, workers);
      assert.deepEqual(figures, {
        requests: 5000,
        wrongAnswers: 0,
        wrongLines: 0,
        mostAtOnce: 64,
        workers,
        secretCalls: workers,
      });
    });
  }
});
