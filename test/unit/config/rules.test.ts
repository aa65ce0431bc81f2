import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ListRule, type Rule, readValue, ruleSentence } from '../../../src/config/rules.ts';
import { settings } from '../../../src/config/settings.ts';

const word = { pattern: '[a-z]+', maxLength: 3, expects: 'a word' };

suite('rules', () => {
  const cases: [
    name: string,
    rule: Rule,
    sentence: string,
    accepted: [string, unknown][],
    refused: string[],
  ][] = [
    ['one of a few words', { oneOf: ['off', 'on'] }, 'one of off, on', [['on', 'on']], ['', 'On', 'on ']],
    [
      'a whole number',
      { from: 1, to: 60 },
      'a whole number from 1 to 60',
      [
        ['1', 1],
        ['60', 60],
      ],
      ['', '0', '61', '1.5', '1e1', '01', ' 1', '-1', 'NaN'],
    ],
    ['text', word, 'a word', [['abc', 'abc']], ['', 'abcd', 'A', 'a\n', '\na']],
    [
      'text with a normal form',
      { ...word, read: (text) => (text === 'no' ? undefined : text.toUpperCase()) },
      'a word',
      [['yes', 'YES']],
      ['no', 'NO'],
    ],
    [
      'a list',
      { listOf: word },
      'comma-separated, without repetition, each a word',
      [['a , bc', ['a', 'bc']]],
      ['', 'a,', 'a,,b', 'a,a', 'a,B'],
    ],
    [
      'a list that ignores case',
      { listOf: { ...word, pattern: '[A-Za-z]+' }, sameness: 'any-case' },
      'comma-separated, without repetition, each a word',
      [['a,B', ['a', 'B']]],
      ['a,A'],
    ],
    [
      'a list with repetition',
      { listOf: { from: 1, to: 9 }, sameness: 'may-repeat' },
      'comma-separated, each a whole number from 1 to 9',
      [['1,2,1', [1, 2, 1]]],
      ['1,', '1,a'],
    ],
  ];
  for (const [name, rule, sentence, accepted, refused] of cases) {
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
