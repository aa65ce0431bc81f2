import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { refusalReasons } from '../../../src/errors.ts';
import {
  apis,
  type Given,
  type Header,
  keyMissing,
  minimum,
  outcome,
  type Sent,
  signedGet,
} from './support/signing.ts';

const reasons = refusalReasons.filter((reason) => reason.startsWith('message_signature'));
const modes = ['install', 'account'] as const;
const runs = { numRuns: 100 };
const components =
  '@method @target-uri @path @query @request-target @query-param @authority @scheme @x approov-token x-a'.split(
    ' ',
  );

/** Pieces of which structured fields are made, so that much of what is made comes close to a signature. */
const piece = fc.oneof(
  fc.constantFrom(...'=(),;":\\ \t\n\0é', 'install', 'account', '%"', '?1', '@1'),
  fc.constantFrom('"@method"', '"@target-uri"', '"approov-token"', '"@query-param";name="a"'),
  fc.constantFrom(';created=1795478160', ';alg="none"', 'install=("@method");created=1795478160'),
  fc.constantFrom(':AAAA:', '"AAAA"', '1', '1.5', 'token', 'install=:AAAA:'),
  fc.string(),
);
const field = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const json = fc.record({
  query: fc.dictionary(
    fc.string({ unit: 'binary' }),
    fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
    { maxKeys: 10 },
  ),
  rawQuery: fc.string({ unit: 'binary' }),
  path: fc.string({ unit: 'binary' }),
  method: fc.string(),
});

async function refused(sent: Sent, given: Given): Promise<void> {
  const result = await outcome(sent, given);
  assert.ok(reasons.includes(result as never), result);
}

suite('whatever is sent', () => {
  for (const mode of modes) {
    for (const api of apis) {
      test(`fuzzed headers are refused: ${mode} on ${api}`, async () => {
        await fc.assert(
          fc.asyncProperty(field, field, async (input, signature) => {
            const headers: Header[] = [
              ['Approov-Token', 'a'],
              ['Signature-Input', input],
              ['Signature', signature],
            ];
            await refused({ api, headers }, { settings: { messageSigning: mode } });
          }),
          runs,
        );
      });

      test(`fuzzed components over a fuzzed request are refused: ${mode} on ${api}`, async () => {
        const covered = fc.array(
          fc.tuple(
            fc.constantFrom(...components),
            fc.constantFrom('', ';name="a"', ';name="%61"', ';sf', ';req'),
          ),
          { maxLength: 6 },
        );
        await fc.assert(
          fc.asyncProperty(covered, json, fc.string({ unit: 'binary' }), async (list, target, value) => {
            const text = list.map(([name, parameters]) => `"${name}"${parameters}`).join(' ');
            const headers: Header[] = [
              ['Approov-Token', 'a'],
              ['X-A', value],
              ['Signature-Input', `${mode}=(${text});created=1795478160`],
              ['Signature', `${mode}=:${Buffer.alloc(mode === 'install' ? 64 : 32, 9).toString('base64')}:`],
            ];
            await refused(
              { api, headers, ...target },
              { settings: { messageSigning: mode, signatureComponents: [] } },
            );
          }),
          runs,
        );
      });
    }

    test(`one character changed in a good header is refused: ${mode}`, async () => {
      const good = signedGet([...minimum, ['"x-a"', 'value']], { label: mode }, [['X-A', 'value']]);
      const given = { settings: { messageSigning: mode } };
      assert.equal(await outcome(good, given), mode);
      const length = good.headers.length;
      await fc.assert(
        fc.asyncProperty(
          fc.nat(length - 1),
          fc.nat(),
          fc.constantFrom('insert', 'replace', 'remove'),
          fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
          async (index, at, kind, character) => {
            const [name, value] = good.headers[index] as Header;
            const position = at % value.length;
            const changed =
              value.slice(0, position) +
              (kind === 'remove' ? '' : character) +
              value.slice(position + (kind === 'insert' ? 0 : 1));
            fc.pre(changed.trim() !== value);
            const headers = good.headers.with(index, [name, changed]);
            const result = await outcome({ headers }, given);
            // The signature itself has a few spellings: a parameter, a second member, no padding.
            if (name === 'Signature' && result === mode) return;
            assert.ok(reasons.includes(result as never), `${name}: ${result}`);
          },
        ),
        { numRuns: 400 },
      );
    });

    test(`any key claim of a token is used or refused: ${mode}`, async () => {
      const good = signedGet(minimum, { label: mode });
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.string(), fc.base64String(), fc.constantFrom('__proto__', 'toString')),
          async (key) => {
            const given: Given = {
              settings: { messageSigning: mode },
              claims: { ipk: key, mskid: key },
              accountKeys: async (verifies) => verifies(new Map()),
            };
            assert.equal(await outcome(good, given), keyMissing);
          },
        ),
        runs,
      );
    });
  }
});
