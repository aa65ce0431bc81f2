import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';

const page = new URL('../../docs/review.md', import.meta.url);
const rows = readFileSync(page, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.includes('shown by |'));

suite('docs/review.md', () => {
  for (const row of rows) {
    const [title, ...cells] = row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1);
    test(`the tests and files that show it exist: ${title}`, () => {
      const links = [...(cells.at(-1) ?? '').matchAll(/\[([^\]]+)\]\((\.\.[^)]+)\)/g)];
      assert.ok(links.length > 0);
      for (const [, name = '', path = ''] of links) {
        const text = readFileSync(new URL(path, page), 'utf8');
        // Titles are code: a quote in them may be escaped.
        if (path.startsWith('../test/'))
          assert.ok(text.replaceAll('\\', '').includes(name) || path.endsWith(name), name);
      }
    });
  }
});
