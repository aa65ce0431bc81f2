import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const relativeImport = /(from |import\()'(\.[^']*)\.ts'/g;

/**
 * Removes the declarations that no entry imports, directly or not. The others then import each other as `.js`, which
 * every version of TypeScript and every module resolution understands.
 *
 * @param folder Holds the compiler's declarations and nothing else.
 * @param entries Names of the entries in it, without extension.
 */
export async function keepReachable(folder: string, entries: readonly string[]): Promise<void> {
  const reachable = new Map<string, string>();
  const visit = async (file: string): Promise<void> => {
    if (reachable.has(file)) return;
    const text = await readFile(file, 'utf8');
    reachable.set(file, text.replaceAll(relativeImport, "$1'$2.js'"));
    for (const [, , path] of text.matchAll(relativeImport)) await visit(join(dirname(file), `${path}.d.ts`));
  };
  for (const name of entries) await visit(join(folder, `${name}.d.ts`));

  const emitted = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of emitted
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))) {
    const text = reachable.get(file);
    await (text === undefined ? rm(file) : writeFile(file, text));
  }
}
