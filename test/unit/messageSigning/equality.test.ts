import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { readComponents } from '../../../src/messageSigning/locate.ts';
import { signatureBases } from '../../../src/messageSigning/signatureBases.ts';
import { type Api, apis, coverage, requestOf, type Sent, settings } from './support/signing.ts';

/** Pieces of paths, many of which become equal when they are decoded, encoded or split carelessly. */
const decoded = [...'ab/. ?#ä[\n;~+'];
const pieces: Record<Api, readonly string[]> = {
  // As they were sent.
  rest: 'a b / . %20 %2F %25 20 %61 %2E %3F %23 %C3%A4 %c3 %5B %0A ; %3B ~ %7E'.split(' '),
  // As the API decodes them, without a percent sign: with one the sent path is ambiguous, as the documentation says.
  http1: decoded,
  http2: decoded,
};
const names = ['a', 'b', '?a', 'a b', 'a%20b', 'a[]', '', '='];
const values = ['', '1', '?', 'x y', 'x%20y', 'x+y', '&b=1', '=', '\n"@query": 1', 'ä'];

const join = (some: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...some), { maxLength }).map((parts) => parts.join(''));
const request = (api: Api): fc.Arbitrary<Sent> =>
  fc.record({
    api: fc.constant(api),
    headers: fc.constant([]),
    path: join(pieces[api], 4).map((path) => `/${path}`),
    rawQuery: join(['a', 'b', '=', '&', '?', '1', '%20', '+', '%3F', '%25', '%3D'], 5),
    query: fc.dictionary(
      fc.constantFrom(...names),
      fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }),
      { maxKeys: 2 },
    ),
  });

/** Components that a signature covers; query parameters as RFC 9421 and as Approov's clients name them. */
const covered = fc.record({
  derived: fc.subarray(['@target-uri', '@path', '@query', '@request-target']),
  parameters: fc.subarray(['a', 'b', 'a b', 'a%20b', 'a[]', 'a%5B%5D', '%3Fa']),
});
type Covered = typeof covered extends fc.Arbitrary<infer T> ? T : never;

/** All signature bases of a request; undefined when it does not have what is covered. */
async function basesOf(sent: Sent, { derived, parameters }: Covered): Promise<string[] | undefined> {
  const components = readComponents([
    ...derived.map((name): [string, Map<string, string>] => [name, new Map()]),
    ...parameters.map((name): [string, Map<string, string>] => ['@query-param', new Map([['name', name]])]),
  ]);
  const found: string[] = [];
  try {
    const bases = signatureBases({ components, rawParameters: '()' }, requestOf(sent), settings);
    await bases.some(async (base) => {
      found.push(new TextDecoder().decode(base));
      return false;
    });
  } catch (error) {
    assert.equal((error as { reason?: string }).reason, coverage);
    return undefined;
  }
  assert.equal(new Set(found).size, found.length, 'each base once');
  return found;
}

/** The part of a request that the signature covers, as a backend sees it. */
function seenOf({ api, path, rawQuery, query = {} }: Sent, { derived, parameters }: Covered): string {
  const covers = (...some: string[]) => some.some((name) => derived.includes(name));
  const pairs = api === 'http2' ? [...new URLSearchParams(`&${rawQuery}`)] : decodedOf(query);
  const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    covers('@target-uri', '@path', '@request-target') && path,
    covers('@target-uri', '@query', '@request-target') && (api === 'http2' ? rawQuery : sorted),
    parameters.map((name) => pairs.filter(([other]) => other === nameOf(name)).map(([, value]) => value)),
  ]);
}

const decodedOf = (query: NonNullable<Sent['query']>) =>
  Object.entries(query).flatMap(([name, all]) => all.map((value) => [name, value] as const));
const nameOf = (identifier: string) => decodeURIComponent(identifier);

suite('requests that share a signature base look the same to a backend', () => {
  for (const api of apis) {
    test(`on ${api}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(request(api), { minLength: 40, maxLength: 60 }),
          covered,
          async (all, what) => {
            const seen = new Map<string, string>();
            for (const sent of all) {
              for (const base of (await basesOf(sent, what)) ?? []) {
                const others = seen.get(base);
                if (others !== undefined) assert.equal(seenOf(sent, what), others);
                seen.set(base, seenOf(sent, what));
              }
            }
          },
        ),
        { numRuns: 80 },
      );
    });
  }
});
