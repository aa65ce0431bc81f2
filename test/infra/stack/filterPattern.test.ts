import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { metrics } from '../../../infra/stack/observability/metrics.ts';
import { compileFilterPattern, type LogEvent } from '../../verify/filterPattern.ts';

const event: LogEvent = {
  word: 'deny',
  long: 'secret fetch failed: x',
  count: 5,
  yes: true,
  in: { side: 'out' },
};

/** From CloudWatch's documentation. */
const cases: readonly { pattern: string; matches: boolean }[] = [
  { pattern: '{ $.word = "deny" }', matches: true },
  { pattern: '{ $.word = "den" }', matches: false },
  { pattern: '{ $.word != "allow" }', matches: true },
  { pattern: '{ $.none != "allow" }', matches: false },
  { pattern: '{ $.long = "secret fetch failed*" }', matches: true },
  { pattern: '{ $.long = "fetch*" }', matches: false },
  { pattern: '{ $.count = 5 }', matches: true },
  { pattern: '{ $.count >= 6 }', matches: false },
  { pattern: '{ $.word >= 0 }', matches: false },
  { pattern: '{ $.yes IS TRUE }', matches: true },
  { pattern: '{ $.yes IS FALSE }', matches: false },
  { pattern: '{ $.none IS FALSE }', matches: false },
  { pattern: '{ $.in.side = "out" }', matches: true },
  { pattern: '{ ($.word = "x") || ($.count > 4) }', matches: true },
  { pattern: '{ ($.word = "deny") && (($.count < 5) || ($.yes IS TRUE)) }', matches: true },
  { pattern: '{ ($.word = "deny") && ($.count < 5) }', matches: false },
];

const faults = [
  '$.word = "deny"',
  '{ word = "deny" }',
  '{ $.word = deny }',
  '{ $.word == "deny" }',
  '{ ($.word = "deny" }',
  '{ $.word = "deny" } }',
  '{ ($.a = "b") && ($.c = "d") || ($.e = "f") }',
  '{ $.word }',
  '{ $.word = "deny" ; }',
];

suite('compileFilterPattern', () => {
  for (const { pattern, matches } of cases) {
    test(`${pattern} ${matches ? 'matches' : 'does not match'}`, () => {
      assert.equal(compileFilterPattern(pattern)(event), matches);
    });
  }
  for (const pattern of faults) {
    test(`${pattern} is refused`, () => {
      assert.throws(() => compileFilterPattern(pattern), SyntaxError);
    });
  }
});

suite('metrics', () => {
  for (const { name, pattern } of Object.values(metrics)) {
    test(`${name} has a pattern that compiles and matches no empty line`, () => {
      assert.equal(compileFilterPattern(pattern)({}), false);
    });
  }
});
