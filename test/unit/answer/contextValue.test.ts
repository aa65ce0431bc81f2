import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { decodeContext, encodeContextValue } from '../../../src/answer/contextValue.ts';

const decode = (value: unknown) => decodeContext({ value }).value;

suite('a claim as a context value', () => {
  const cases: { name: string; claim: unknown; sent: unknown }[] = [
    { name: 'a list', claim: ['a', 'b,c'], sent: '[%22a%22,%22b,c%22]' },
    { name: 'an empty list', claim: [], sent: '[]' },
    { name: 'a list of numbers', claim: [1, [2.5, true, null]], sent: '[1,[2.5,true,null]]' },
    { name: 'an object', claim: { 'a:b': { c: 1 } }, sent: '{%22a:b%22:{%22c%22:1}}' },
    { name: 'percent and plus signs in a list', claim: ['100%', 'a+b'], sent: '[%22100%25%22,%22a%2Bb%22]' },
    { name: 'a line break in a list', claim: ['a\nb'], sent: '[%22a%5Cnb%22]' },
    { name: 'a lone surrogate in a list', claim: ['\ud800'], sent: '[%22%5Cud800%22]' },
    { name: 'letters beyond ASCII in a list', claim: ['é😀'], sent: '[%22é😀%22]' },
    { name: 'a quote', claim: 'say "x"', sent: '%22say %5C%22x%5C%22%22' },
    { name: 'a backslash', claim: 'a\\b', sent: '%22a%5C%5Cb%22' },
    { name: 'a quote, a percent and a plus sign', claim: '"5%+', sent: '%22%5C%225%25%2B%22' },
    { name: 'U+0000', claim: '\u0000', sent: '%22%5Cu0000%22' },
    { name: 'U+001F', claim: 'a\u001f', sent: '%22a%5Cu001f%22' },
    { name: 'a tab', claim: 'a\tb', sent: '%22a%5Ctb%22' },
    { name: 'text in brackets', claim: '[a]', sent: '%22[a]%22' },
    { name: 'text in braces', claim: '{', sent: '%22{%22' },
    { name: 'text that looks encoded', claim: '%22a%22', sent: '%22%2522a%2522%22' },
    ...[
      '',
      '50%',
      'a+b',
      '%5B1]',
      '%2',
      ' [a]',
      'a[1]',
      '\u007f',
      '\u2028',
      '\ud800',
      'é😀',
      'true',
      '5',
      'null',
    ].map((claim) => ({ name: `other text: ${JSON.stringify(claim)}`, claim, sent: claim })),
    ...[0, 5.25, -1e21, true, false].map((claim) => ({ name: `${claim}`, claim, sent: claim })),
  ];
  for (const { name, claim, sent } of cases) {
    test(name, () => {
      assert.equal(encodeContextValue(claim), sent);
      assert.deepEqual(decode(sent), claim);
    });
  }

  for (const claim of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`${claim} is left out`, () => assert.equal(encodeContextValue(claim), undefined));
  }

  test('every value comes back as it was, and none has anything to escape', () => {
    const text = fc.oneof(fc.string({ unit: character }), fc.string({ unit: 'binary' }));
    const claim = fc.jsonValue({ stringUnit: character });
    fc.assert(
      fc.property(fc.oneof(text, claim, fc.array(text), fc.dictionary(text, text)), (value) => {
        const asInToken = JSON.parse(JSON.stringify(value));
        const sent = encodeContextValue(asInToken);
        if (asInToken === null) return assert.equal(sent, undefined);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
        assert.doesNotMatch(String(sent), /["\\\u0000-\u001f]/);
        assert.deepEqual(decode(sent), asInToken);
      }),
      { numRuns: 400 },
    );
  });
});

const character = fc.constantFrom(...'[{%2"\\+]}:, a\n\u0000\u001f\ud800\udc00é'.split(''), '%22', '%5C');

suite('a context value that this version did not write', () => {
  const cases: { name: string; value: unknown; expected: unknown }[] = [
    { name: 'a list as JSON', value: '["a","b"]', expected: ['a', 'b'] },
    { name: 'an object as JSON', value: '{"a":{"b":1}}', expected: { a: { b: 1 } } },
    { name: 'escapes in JSON', value: '["a\\"b\\u0000"]', expected: ['a"b\u0000'] },
    { name: 'percent signs in JSON', value: '["50%","%22","a%2Bb"]', expected: ['50%', '%22', 'a%2Bb'] },
    { name: 'text in brackets', value: '[not JSON', expected: '[not JSON' },
    { name: 'text in brackets with quotes', value: '["not JSON', expected: '["not JSON' },
    { name: 'text with a percent sign that encodes nothing', value: '[50%]', expected: '[50%]' },
    { name: 'text that ends too early', value: '%22a', expected: '%22a' },
    {
      name: 'a value with every reserved character encoded',
      value: '[%22%C3%A9%20%2F%22]',
      expected: ['é /'],
    },
    { name: 'null', value: null, expected: null },
  ];
  for (const { name, value, expected } of cases) {
    test(name, () => assert.deepEqual(decode(value), expected));
  }
});
