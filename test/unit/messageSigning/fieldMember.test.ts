import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fieldMember } from '../../../src/messageSigning/fieldMember.ts';

suite('fieldMember', () => {
  const cases: [name: string, lines: string[], raw: string | undefined][] = [
    ['no header', [], undefined],
    ['an empty header', [''], undefined],
    ['alone', ['install=("a");x=1'], '("a");x=1'],
    ['white space around it', ['  install=("a")  '], '("a")'],
    ['white space within it is kept', ['install=(  "a"   "b" );  x=1'], '(  "a"   "b" );  x=1'],
    ['numbers as they were written', ['install=();x=007;y=1.500'], '();x=007;y=1.500'],
    ['first of two', ['install=("a"),account=("b")'], '("a")'],
    ['last of two, after a tab', ['account=("b"),\tinstall=("a")'], '("a")'],
    ['on its own line', ['account=("b")', 'install=("a")', 'x'], '("a")'],
    ['commas in strings', ['account=("a,install=1" "b");x=",", install=("c,d");y=","'], '("c,d");y=","'],
    [
      'escapes in strings',
      ['account=("\\",install=(" "\\\\"), install=("c\\"," "\\\\")'],
      '("c\\"," "\\\\")',
    ],
    ['a display string with a comma and a backslash', ['a=%"x\\", b=%",", install=("c")'], '("c")'],
    [
      'members of every type',
      ['a=1, b=-1.5, c=tok/en:*, d=?0, e=:AA==:, f, g;x;y=1, h=("a" t), install=()'],
      '()',
    ],
    ['a label that others contain', ['xinstall=("a"), install2=("b"), install=("c")'], '("c")'],
    ['a value that looks like the label', ['x="install=(1)", y=install'], undefined],
    ['true', ['install'], ''],
    ['twice, the same text', ['install=1, install=1'], '1'],
    [
      'on two lines, the same text',
      ['install=("a");x="b,c"', 'a=1,\tinstall=("a");x="b,c"'],
      '("a");x="b,c"',
    ],
    ['three times true', ['install', 'install, a', 'install'], ''],
  ];
  for (const [name, lines, raw] of cases) {
    test(name, () => assert.equal(fieldMember(lines, 'install')?.raw, raw));
  }

  const malformed: [string, string[]][] = [
    ['twice', ['install=1, install=2']],
    ['twice on two lines', ['install=1', 'install=2']],
    ['twice, the same value in another writing', ['install=1', 'install=01']],
    ['twice, other parameters', ['install=1;a', 'install=1']],
    ['three times, one of them another', ['install=1, install=1', 'install=2']],
    ['a comma at the end', ['install=1,']],
    ['a comma at the start', [',install=1']],
    ['two commas', ['install=1,,a=1']],
    ['an empty line among others', ['install=1', '', 'a=1']],
    ['an open string', ['install=("a)']],
    ['an open string after it', ['install=("a"), b="']],
    ['an upper-case label', ['Install=1']],
    ['a tab at the start', ['\tinstall=1']],
    ['a line break', ['install=1\n']],
    ['a no-break space', ['install=1\u00a0']],
    ['a wrong escape', ['install="\\a"']],
  ];
  for (const [name, lines] of malformed) {
    test(`malformed: ${name}`, () => {
      assert.throws(() => fieldMember(lines, 'install'), { reason: 'message_signature_malformed' });
    });
  }

  test('takes no more time than the length asks for', () => {
    const worst = [
      `x="${'\\"'.repeat(50_000)}`,
      '"'.repeat(100_000),
      '%"'.repeat(50_000),
      'a,'.repeat(50_000),
    ];
    const start = performance.now();
    for (const text of worst) {
      assert.throws(() => fieldMember([text], 'install'), { reason: 'message_signature_malformed' });
    }
    assert.ok(performance.now() - start < 2000);
  });
});
