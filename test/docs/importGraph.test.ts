import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folders that the files of each folder import from, types included. */
function importedFolders(top: string): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  const exclude = (path: string) => /(^|\/)(node_modules|dist)$/.test(path);
  for (const file of globSync(`${top}/**/*.{ts,js}`, { cwd: root, exclude })) {
    const folder = dirname(file);
    const imported = folders.get(folder) ?? new Set();
    folders.set(folder, imported);
    for (const [, path] of readFileSync(join(root, file), 'utf8').matchAll(
      /\b(?:from|import\(?) ?'(\.[^']+)'/g,
    )) {
      const target = relative(root, dirname(join(root, folder, path as string)));
      if (target !== folder) imported.add(target);
    }
  }
  return folders;
}

/** Pairs of folders that import each other. */
function mutualImports(top: string): string[] {
  const folders = importedFolders(top);
  const pairs = [...folders].flatMap(([from, targets]) => [...targets].map((to) => ({ from, to })));
  return pairs
    .filter(({ from, to }) => from < to && folders.get(to)?.has(from))
    .map(({ from, to }) => `${from} and ${to}`);
}

suite('folders', () => {
  test('of src do not import each other', () => {
    assert.ok((importedFolders('src').get('src')?.size ?? 0) > 5, 'the imports are read');
    assert.deepEqual(mutualImports('src'), []);
  });

  test('of infra do not import each other', () => {
    assert.deepEqual(mutualImports('infra'), []);
  });
});
