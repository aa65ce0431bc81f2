import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The files that each file of a folder imports, types included. */
function importsOf(top: string): Map<string, readonly string[]> {
  const exclude = (path: string) => /(^|\/)(node_modules|dist)$/.test(path);
  const files = globSync(`${top}/**/*.{ts,tsx,js}`, { cwd: root, exclude });
  return new Map(
    files.map((file) => {
      const code = readFileSync(join(root, file), 'utf8');
      const paths = [...code.matchAll(/\b(?:from|import\(?) ?'(\.[^']+)'/g)].map(
        ([, path]) => path as string,
      );
      return [file, paths.map((path) => join(dirname(file), path))];
    }),
  );
}

/** The circles of a graph, each as the files on it; a file that imports itself is one. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  for (const file of imports.keys()) visit(file, []);
  return found;

  function visit(file: string, path: readonly string[]): void {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const imported of imports.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  }
}

suite('imports', () => {
  test('a circle is found', () => {
    const imports = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ]);
    assert.deepEqual(circles(imports), ['a -> b -> c -> a']);
  });

  for (const top of ['src', 'infra', 'test']) {
    test(`form no circle in ${top}`, () => {
      const imports = importsOf(top);
      assert.ok([...imports.values()].flat().length > 50, 'the imports are read');
      assert.deepEqual(circles(imports), []);
    });
  }
});
