import { globSync, readFileSync } from 'node:fs';
import { root } from '../verify/tools.ts';

/** A fault of one line: a text that stands once in all of `src`, and what takes its place. */
export interface Mutant {
  readonly before: string;
  readonly after: string;
  /** The one file with the text; undefined when there is none, or the text stands more than once. */
  readonly file: string | undefined;
}

/** Reads `mutants.txt`, in which each line that is no comment is one fault: `before ==> after`. */
export function readMutants(): Mutant[] {
  const sources = globSync('src/**/*.ts', { cwd: root }).map(
    (file) => [file, readFileSync(root + file, 'utf8')] as const,
  );
  const lines = readFileSync(new URL('mutants.txt', import.meta.url), 'utf8').split('\n');
  return lines
    .filter((line) => line.includes(' ==> '))
    .map((line) => {
      const [before, after] = line.split(' ==> ') as [string, string];
      const places = sources.flatMap(([file, text]) =>
        text
          .split(before)
          .slice(1)
          .map(() => file),
      );
      return { before, after, file: places.length === 1 ? places[0] : undefined };
    });
}
