import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ListRule, type Rule, readValue, ruleSentence } from '../../../src/config/rules.ts';
import { settings } from '../../../src/config/settings.ts';

const word = { pattern: '[a-z]+', maxLength: 3, expects: 'a word' };

suite('rules', () => {
  const cases: {
    name: string;
    rule: Rule;
    sentence: string;
    accepted: [string, unknown][];
    refused: string[];
  }[] = [
    {
      name: 'one of a few words',
      rule: { oneOf: ['off', 'on'] },
      sentence: 'one of off, on',
      accepted: [['on', 'on']],
      refused: ['', 'On', 'on '],
    },
    {
      name: 'a whole number',
      rule: { from: 1, to: 60 },
      sentence: 'a whole number from 1 to 60',
      accepted: [
        ['1', 1],
        ['60', 60],
      ],
      refused: ['', '0', '61', '1.5', '1e1', '01', ' 1', '-1', 'NaN'],
    },
    {
      name: 'text',
      rule: word,
      sentence: 'a word',
      accepted: [['abc', 'abc']],
      refused: ['', 'abcd', 'A', 'a\n', '\na'],
    },
    {
      name: 'text with a normal form',
      rule: { ...word, read: (text) => (text === 'no' ? undefined : text.toUpperCase()) },
      sentence: 'a word',
      accepted: [['yes', 'YES']],
      refused: ['no', 'NO'],
    },
    {
      name: 'a list',
      rule: { listOf: word },
      sentence: 'comma-separated, without repetition, each a word',
      accepted: [['a , bc', ['a', 'bc']]],
      refused: ['', 'a,', 'a,,b', 'a,a', 'a,B'],
    },
    {
      name: 'a list that ignores case',
      rule: { listOf: { ...word, pattern: '[A-Za-z]+' }, sameness: 'any-case' },
      sentence: 'comma-separated, without repetition, each a word',
      accepted: [['a,B', ['a', 'B']]],
      refused: ['a,A'],
    },
    {
      name: 'a list with repetition',
      rule: { listOf: { from: 1, to: 9 }, sameness: 'may-repeat' },
      sentence: 'comma-separated, each a whole number from 1 to 9',
      accepted: [['1,2,1', [1, 2, 1]]],
      refused: ['1,', '1,a'],
    },
  ];
  for (const { name, rule, sentence, accepted, refused } of cases) {
    test(`${name}: ${sentence}`, () => {
      assert.equal(ruleSentence(rule), sentence);
      for (const [text, value] of accepted) assert.deepEqual(readValue(rule, text), value, text);
      for (const text of refused) assert.equal(readValue(rule, text), undefined, JSON.stringify(text));
    });
  }
});

suite('patterns of settings', () => {
  const patterns = Object.values(settings).flatMap(({ variable, rule }: { variable: string; rule: Rule }) => {
    const item = 'listOf' in rule ? (rule as ListRule).listOf : rule;
    return 'pattern' in item ? [{ variable, pattern: item.pattern }] : [];
  });
  for (const { variable, pattern } of patterns) {
    test(`${variable}: every template's regular expressions can have it`, () => {
      // No look-around, lazy quantifier, class escape of one dialect alone, or back-reference.
      assert.doesNotMatch(pattern, /\(\?|[+*}?]\?|\\[dDwWpPkbB1-9]/);
      for (const [, count] of pattern.matchAll(/\{\d+,(\d+)\}/g)) assert.ok(Number(count) <= 1000, count);
    });
  }
});
