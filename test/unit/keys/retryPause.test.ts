import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { retryPause } from '../../../src/keys/fetcher.ts';

suite('pause after failed fetches', () => {
  const almostOne = 1 - Number.EPSILON;
  const cases = [
    { name: 'the first pause is a second', failures: 1, random: 0, expected: 1000 },
    { name: 'up to half as long again', failures: 1, random: almostOne, expected: 1500 },
    { name: 'the second doubles', failures: 2, random: 0, expected: 2000 },
    { name: 'the sixth is 32 seconds', failures: 6, random: 0, expected: 32_000 },
    { name: 'with its random part', failures: 6, random: 0.5, expected: 40_000 },
    { name: 'a minute is the longest', failures: 7, random: 0, expected: 60_000 },
    { name: 'the random part does not go past a minute', failures: 6, random: almostOne, expected: 48_000 },
    { name: 'nor does an outage of years', failures: 5000, random: 0.9, expected: 60_000 },
  ];
  for (const { name, failures, random, expected } of cases) {
    test(name, () => assert.equal(Math.round(retryPause(failures, random)), expected));
  }
});
