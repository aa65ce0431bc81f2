import './support/noSockets.ts';
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Far more characters than a request has: an expression that takes quadratic time needs seconds for them. */
const length = 50_000;
const many = (text: string) => text.repeat(Math.ceil(length / text.length));

/** Every regular expression that reads a request, with the texts that take it the longest. */
const worst: Record<string, readonly string[]> = {
  // src/backend/times.ts
  '/^-?\\d+(\\.\\d+)?(e[+-]?\\d+)?$/i': [many('1'), `1.${many('1')}`, `1e${many('1')}x`, `${many('1')}.x`],
  // src/backend/readUserClaims.ts
  '/^[A-Z][a-z]{2} ([A-Z][a-z]{2} \\d{2}) (\\d{2}:\\d{2}:\\d{2}) UTC (\\d{4})$/': [
    many('A'),
    `Tue Nov 24 00:01:04 UTC ${many('2')}`,
  ],
  '/^\\[(.*)\\]$/s': [many('['), many(']'), `[${many(']a')}`],
  // src/event/target.ts
  '/^[^.]+\\.execute-api\\./i': [many('a'), `${many('a')}.execute-api`, many('a.execute-api')],
  // src/event/readEvent.ts
  '/^(arn:aws[a-z-]*:execute-api:[A-Za-z0-9-]*:[A-Za-z0-9_-]*:[A-Za-z0-9_-]+\\/(?:\\$default|[A-Za-z0-9_-]+))((?:\\/.*)?)$/s':
    [
      `arn:aws${many('a')}`,
      `arn:aws:execute-api:${many('a')}`,
      `arn:aws:execute-api:::a/${many('a')}?`,
      `arn:aws:execute-api:::a/a${many('/a')}`,
    ],
  // src/event/target.ts
  '/^(?:\\/[^/%]+)*$/': [many('/a'), `${many('/a')}/`, `${many('a')}%`, many('/'), `/${many('a')}%`],
  '/\\{([^{}+]+)\\+?\\}/g': [many('{'), `{${many('a')}`, many('{a'), `{${many('a+')}`],
  // src/messageSigning/componentValues.ts
  '/[\\r\\n]/': [many('a')],
  // src/messageSigning/fieldMember.ts
  '/%"[^"]*"?|"(?:\\\\.|[^"\\\\])*"?|,/gs': [
    many('"'),
    many('%"'),
    `"${many('\\"')}`,
    many('"\\'),
    many('\\"'),
    many('%'),
    many(','),
    many('a'),
  ],
  '/^[a-z0-9_\\-.*]+/': [many('a'), many(' ')],
  // src/messageSigning/fieldMember.ts
  '/\\r?\\n[ \\t]+/g': [many('\r'), many('\n'), many(' '), `\n${many(' ')}`, many('\r\n '), many('\n\t')],
  // src/messageSigning/keys.ts
  '/^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{85}[AQgw]==$/': [
    `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${many('A')}`,
  ],
  // src/messageSigning/locate.ts
  '/;[ ]*(?:created|expires)=-?\\d+\\./': [
    many(';'),
    `;${many(' ')}`,
    many('; '),
    `;created=${many('1')}`,
    many(';created=1'),
  ],
  // src/messageSigning/pathReadings.ts
  '/[^!-~]|[?#]/': [many('a')],
  '/[\\u0000-\\u001f\\u007f"#%<>?[\\\\\\]^`{|}]/': [many('a')],
  // src/messageSigning/percentEncode.ts
  '/[A-Za-z0-9]/': [many('!')],
  // src/messageSigning/componentValues.ts
  '/[%\\r\\n]/': [many('a')],
  // src/messageSigning/queryReadings.ts
  '/[A-Za-z0-9]+/g': [many('a'), many('a!')],
  // src/messageSigning/fieldMember.ts
  '/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/': [
    many('A'),
    `${many('A')}!`,
    `${many('AAAA')}A`,
    many('='),
  ],
  // src/answer/contextValue.ts
  '/["\\\\\\u0000-\\u001f]/': [many('a')],
  '/^(?:[[{]|%22)/': [many('%2'), many('a')],
  '/[%+"\\\\]/g': [many('%'), many('a')],
  // src/answer/respond.ts
  '/^[ !#-[\\]-~]{1,128}$/': [many('a'), `${'a'.repeat(128)}"`],
  // src/answer/policy.ts
  '/\\$\\{|[\\s\\S]/gu': [many('$'), many('${'), many('😀')],
  // src/token/decompose.ts
  '/^(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?$/': [
    many('A'),
    `${many('A')}=`,
    many('AB='),
  ],
  // src/token/locate.ts
  '/^(?:[A-Z_]+|(?=[a-z]*_)[a-z_]+|rejected)$/': [
    many('A'),
    `${many('A')}1`,
    `${many('_')}1`,
    `${many('a_')}1`,
    many('a'),
  ],
  '/^ +/': [many(' '), `a${many(' ')}`],
  // src/user/jwtUserCheck.ts
  '/^application\\//': [many('application'), many('a')],
  // src/user/locateUserToken.ts
  '/^bearer(?: +|$)/i': [`bearer${many(' ')}`, many('bearer'), `${many(' ')}a`],
};

suite('regular expressions', () => {
  const root = fileURLToPath(new URL('../../src/', import.meta.url));
  const literal =
    /(?<=[(=,:?[&|!]\s*|return\s+|^\s*)(\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*)|new RegExp\(/gm;
  const found = globSync('{backend,event,messageSigning,answer,token,user}/**/*.ts', { cwd: root }).flatMap(
    (file) => {
      const code = readFileSync(`${root}${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      return [...code.matchAll(literal)].map(([expression]) => expression);
    },
  );

  test('are all in this list', () => {
    assert.deepEqual([...new Set(found)].sort(), Object.keys(worst).sort());
  });

  for (const [expression, texts] of Object.entries(worst)) {
    test(`${expression} takes linear time`, () => {
      const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(expression) ?? [];
      const compiled = new RegExp(source, flags);
      for (const text of texts) {
        const run = () => (flags.includes('g') ? text.replaceAll(compiled, '') : compiled.test(text));
        // The fastest of three runs counts, because other processes share the machine.
        const times = [0, 1, 2].map(() => {
          const start = performance.now();
          run();
          return performance.now() - start;
        });
        assert.ok(Math.min(...times) < 100, `${Math.min(...times)} ms for ${text.slice(0, 60)}`);
      }
    });
  }
});
