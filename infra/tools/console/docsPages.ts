import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageFile } from './buildPage.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The project's documents as text in HTML, whose headings can be linked to. @returns them by path. */
export function docsPages(): ReadonlyMap<string, PageFile> {
  return new Map(
    globSync('{docs/*,SECURITY,README}.md', { cwd: root }).map((name) => {
      const lines = readFileSync(join(root, name), 'utf8').split('\n').map(escaped);
      const text = lines.map((line) =>
        line.replace(/^#+ (.*)$/, (all, title) => `<b id="${slug(title)}">${all}</b>`),
      );
      const head = `<meta charset="utf-8"><title>${name}</title><link rel="stylesheet" href="/page.css">`;
      const body = `<!doctype html><html lang="en">${head}<pre class="document">${text.join('\n')}</pre>`;
      return [`/${name}`, { type: 'text/html; charset=utf-8', body: Buffer.from(body) }];
    }),
  );
}

/** A heading's anchor, as GitHub makes it. */
function slug(title: string): string {
  const kept = title.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
  return kept.trim().replaceAll(' ', '-');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
