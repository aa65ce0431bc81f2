import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { suite, test } from 'node:test';
import { configurationPage } from '../../infra/docs/configurationPage.ts';
import { settingDocs } from '../../infra/docs/settingDocs.ts';
import { type SettingName, settings } from '../../src/config/settings.ts';
import { failureCodes, refusalReasons } from '../../src/errors.ts';
import { anchorsOf, documents, linksOf, read, withoutCode } from './markdown.ts';

const root = new URL('../../', import.meta.url);
const variables = Object.values(settings).map(({ variable }) => variable);
const { scripts } = JSON.parse(read('package.json'));

/** Words with underscores that are neither reasons nor failures: claims, members of documents, statuses of the SDK. */
const otherWords =
  /^(auth_time|client_id|jwks_uri|token_use|(user|approov)_(sub|exp|iss|did|scope|scp)|(no|poor|untrusted)_network|mitm_detected)$/;

/** What a document says that is wrong, by what it is about. */
const faults: Readonly<Record<string, (page: string, text: string) => readonly unknown[]>> = {
  'variables that do not exist': (_page, text) =>
    allOf(/\bAPPROOV_[A-Z_]*[A-Z]\b/g, text).filter((name) => !variables.includes(name)),
  'npm scripts that do not exist': (_page, text) =>
    allOf(/\bnpm run (?:-s )?([a-z][a-z:-]*)/g, text).filter((name) => !(name in scripts)),
  'broken links': (page, text) =>
    linksOf(text).filter(({ path, anchor }) => {
      const target =
        path === '' ? page : decodeURI(new URL(path, new URL(page, 'file:///')).pathname.slice(1));
      if (!existsSync(new URL(target, root))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    }),
  'files that do not exist': (_page, text) =>
    allOf(/(?<![\w/.@-])((?:src|test|infra|docs)\/[\w./-]*\w)/g, text).filter(
      (name) => !existsSync(new URL(name, root)),
    ),
  // Terraform's variables are written like them.
  'reasons and failures that do not exist': (page, text) =>
    allOf(
      /`([a-z]+(?:_[a-z]+)+)`/g,
      withoutCode(text).replaceAll(/^#+ .*Terraform.*\n(?:(?!#).*\n)*/gm, ''),
    ).filter(
      (word) =>
        !page.includes('terraform') &&
        ![...refusalReasons, ...failureCodes].includes(word as never) &&
        !otherWords.test(word),
    ),
  'cells of tables over 300 characters': (_page, text) =>
    allOf(/^\|(.*)\|$/gm, text)
      .flatMap((row) => row.split(/(?<!\\)\|/))
      .filter((cell) => cell.trim().length > 300),
};

/** The first group of each match, or all of it. */
function allOf(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([all, group]) => group ?? all);
}

/** First cells of the rows of all tables in a page. */
const firstCells = (text: string) => [...text.matchAll(/^\| `([^`]+)` /gm)].map(([, cell]) => cell as string);

const textOf = (value: unknown) => (Array.isArray(value) ? value.join(',') : String(value));

suite('documentation', () => {
  test('docs/configuration.md is what npm run docs makes, with every setting once', () => {
    const page = read('docs/configuration.md');
    assert.equal(page, configurationPage(page));
    const documented = [...page.matchAll(/^\| `(\w+)`<br>`(\w+)` \|/gm)].map(([, ...names]) => names);
    assert.deepEqual(
      documented,
      Object.entries(settings).map(([name, { variable }]) => [variable, name]),
    );
  });

  test("every option's TSDoc is sentences, and its default is the code's", () => {
    const docs = settingDocs();
    assert.deepEqual(Object.keys(docs), Object.keys(settings));
    for (const [name, { defaultValue }] of Object.entries(settings)) {
      const { description, defaultText } = docs[name as SettingName];
      assert.match(description, /^(?:[A-Z`]|https ).*\.$/, name);
      if (defaultValue === undefined) {
        assert.match(
          defaultText ?? 'unset',
          /^(?:unset|required |as |that of |`[^`]+` (?:when|for|and) )/,
          name,
        );
      } else {
        assert.equal(defaultText?.replaceAll('`', ''), textOf(defaultValue), name);
      }
    }
  });

  test("README's table of settings has eight of them, with the code's defaults", () => {
    const rows = [...read('README.md').matchAll(/^\| `(APPROOV_\w+)` \| ([^|]+) \|/gm)];
    assert.equal(rows.length, 8);
    for (const [, variable, cell] of rows) {
      const { defaultValue } = Object.values(settings).find((setting) => setting.variable === variable) ?? {};
      if (defaultValue !== undefined) assert.equal(cell?.replaceAll('`', ''), textOf(defaultValue), variable);
    }
  });

  test('docs/operations.md has every reason in the order of the checks, every failure, and no other', () => {
    const tables = [
      ...read('docs/operations.md').matchAll(/\| reason \| what it means \| what to do \|\n([\s\S]*?)\n\n/g),
    ];
    const [reasons = [], failures = []] = tables.map(([, table]) => firstCells(table as string));
    assert.deepEqual(reasons, [...refusalReasons]);
    assert.deepEqual(failures.toSorted(), [...failureCodes].sort());
  });

  test('README has at most 180 lines, and its first two shell blocks are the two commands', () => {
    const readme = read('README.md');
    assert.ok(readme.split('\n').length <= 181, `${readme.split('\n').length} lines`);
    const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => (block as string).trim());
    assert.deepEqual(blocks.slice(0, 2), ['npm ci && npm run demo', 'npm ci && npm test']);
  });

  for (const page of documents) {
    for (const [what, faultsIn] of Object.entries(faults)) {
      test(`${page}: no ${what}`, () => assert.deepEqual(faultsIn(page, read(page)), []));
    }
  }

  test('the log fields in the operations page are those of the code', () => {
    const [line = ''] = /interface LogLine \{[^}]*\}/.exec(read('src/log.ts')) ?? [];
    const fields = [...line.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name as string);
    assert.ok(fields.length > 10);
    assert.deepEqual(
      fields.filter((field) => !read('docs/operations.md').includes(`\`${field}\``)),
      [],
    );
  });
});
