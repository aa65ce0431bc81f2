import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const github = fileURLToPath(new URL('../../.github', import.meta.url));
const workflow = readFileSync(join(github, 'workflows/release.yml'), 'utf8');
const ci = readFileSync(join(github, 'workflows/ci.yml'), 'utf8');
const actions = [
  ...new Set([...`${workflow}${ci}`.matchAll(/uses: (\S+@[0-9a-f]{40})/g)].map(([, used]) => used)),
];

/** The script of a step, without its indentation. */
function scriptOf(step: string): string {
  const [, script = ''] = new RegExp(`- name: ${step}\n +run: \\|\n((?: {10}.*\n)+)`).exec(workflow) ?? [];
  assert.notEqual(script, '', step);
  return script.replace(/^ {10}/gm, '');
}

suite('the release workflow, about the hashes of its actions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'approov-release-'));
  before(() => cpSync(github, join(folder, '.github'), { recursive: true }));
  after(() => rmSync(folder, { recursive: true }));

  const cases: readonly { name: string; record: string | undefined; expected: number }[] = [
    { name: 'fails without a record', record: undefined, expected: 1 },
    { name: 'fails without date and name', record: `${actions.join('\n')}\n`, expected: 1 },
    { name: 'fails without a name', record: `2027-01-31\n${actions.join('\n')}\n`, expected: 1 },
    {
      name: 'fails without one of the actions',
      record: `2027-01-31 Ada Lovelace\n${actions.slice(1).join('\n')}\n`,
      expected: 1,
    },
    {
      name: 'goes on when somebody compared all of them',
      record: `2027-01-31 Ada Lovelace\n${actions.map((action) => `${action} v1`).join('\n')}\n`,
      expected: 0,
    },
  ];
  for (const { name, record, expected } of cases) {
    test(name, () => {
      const file = join(folder, '.github/actions-compared.txt');
      rmSync(file, { force: true });
      if (record !== undefined) writeFileSync(file, record);
      const script = scriptOf('The hashes of the actions have been compared');
      const { status, stdout } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
        cwd: folder,
        encoding: 'utf8',
      });
      assert.equal(status, expected, stdout);
    });
  }

  test('uses each action by a full hash', () => {
    const used = [...`${workflow}${ci}`.matchAll(/^ *(?:- )?uses: (?!\.\/)(\S+)/gm)].map(
      ([, action]) => action,
    );
    assert.ok(actions.length >= 5);
    assert.deepEqual(
      used.filter((action) => !actions.includes(action)),
      [],
    );
  });
});
