import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { settings } from '../../src/config/settings.ts';
import { failureCodes, refusalReasons } from '../../src/errors.ts';
import { anchorsOf, linksOf } from './markdown.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const pages = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'infra/terraform/README.md',
  ...readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const variables = Object.values(settings).map(({ variable }) => variable);
const codes: readonly string[] = [...refusalReasons, ...failureCodes];

/** First cells of the rows of all tables in a page. */
const firstCells = (text: string) => [...text.matchAll(/^\| `([^`]+)` /gm)].map(([, cell]) => cell as string);

describe('documentation', () => {
  it("README's table has every setting, and no other", () => {
    const documented = firstCells(read('README.md')).filter((cell) => cell.startsWith('APPROOV_'));
    assert.deepEqual(documented, variables);
  });

  it("README's defaults are the code's", () => {
    for (const { variable, defaultValue } of Object.values(settings)) {
      if (defaultValue === undefined) continue;
      const text = Array.isArray(defaultValue) ? defaultValue.join(',') : String(defaultValue);
      const [, cell] = new RegExp(`^\\| \`${variable}\` \\| ([^|]+) \\|`, 'm').exec(read('README.md')) ?? [];
      assert.equal(cell?.replaceAll('`', ''), text, variable);
    }
  });

  it("README's table has every reason in the order of the checks, and no other", () => {
    const [, table] = /\| reason \| when \|\n([\s\S]*?)\n\n/.exec(read('README.md')) ?? [];
    const documented = firstCells(table as string);
    assert.deepEqual(documented, [...refusalReasons]);
  });

  for (const page of ['README.md', 'docs/operations.md']) {
    it(`${page} names every reason and failure`, () => {
      const text = read(page);
      assert.deepEqual(
        codes.filter((code) => !text.includes(`\`${code}\``)),
        [],
      );
    });
  }

  for (const page of pages) {
    it(`${page} names no variable that does not exist`, () => {
      const named = read(page).match(/\bAPPROOV_[A-Z_]*[A-Z]\b/g) ?? [];
      assert.deepEqual(
        named.filter((name) => !variables.includes(name)),
        [],
      );
    });

    it(`${page} names no npm script that does not exist`, () => {
      const { scripts } = JSON.parse(read('package.json'));
      const named = [...read(page).matchAll(/\bnpm run ([a-z][a-z:-]*)/g)].map(([, name]) => name as string);
      assert.deepEqual(
        named.filter((name) => !(name in scripts)),
        [],
      );
    });

    it(`${page} has no broken link`, () => {
      const broken = linksOf(read(page)).filter(({ path, anchor }) => {
        const target =
          path === '' ? page : decodeURI(new URL(path, new URL(page, 'file:///')).pathname.slice(1));
        if (!existsSync(new URL(target, root))) return true;
        return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
      });
      assert.deepEqual(broken, []);
    });

    it(`${page} names no file that does not exist`, () => {
      const named = read(page).match(/`(?:src|test|infra|docs)\/[\w./-]+`/g) ?? [];
      assert.deepEqual(
        named.map((name) => name.slice(1, -1)).filter((name) => !existsSync(new URL(name, root))),
        [],
      );
    });
  }

  it('the log fields in the operations page are those of the code', () => {
    const [line = ''] = /interface LogLine \{[^}]*\}/.exec(read('src/log.ts')) ?? [];
    const fields = [...line.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name as string);
    assert.ok(fields.length > 10);
    assert.deepEqual(
      fields.filter((field) => !read('docs/operations.md').includes(`\`${field}\``)),
      [],
    );
  });
});
