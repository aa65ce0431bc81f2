import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { committedFiles } from '../../../infra/terraform/generator/committedFiles.ts';
import { settings } from '../../../src/config/settings.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');
const namesIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name as string);

suite('the Terraform module', () => {
  for (const [path, made] of Object.entries(committedFiles())) {
    test(`${path} is what npm run templates makes`, async () => {
      assert.equal(await read(path), made);
    });
  }

  test('hands every setting to the function', async () => {
    const text = (await read('infra/terraform/settings.tf')) + (await read('infra/terraform/main.tf'));
    assert.deepEqual(
      Object.values(settings)
        .map(({ variable }) => variable)
        .filter((variable) => !new RegExp(`\\b${variable} += `).test(text)),
      [],
    );
  });

  test('has no variable that it does not use', async () => {
    const files = ['main.tf', 'settings.tf', 'observability.tf', 'outputs.tf'];
    const texts = await Promise.all(files.map((file) => read(`infra/terraform/${file}`)));
    const names = namesIn(await read('infra/terraform/variables.tf'), /^variable "(\w+)"/gm);
    assert.ok(names.length > 40);
    assert.deepEqual(
      names.filter((name) => !new RegExp(`var\\.${name}\\b`).test(texts.join('\n'))),
      [],
    );
  });

  test('describes every output', async () => {
    const outputs = namesIn(await read('infra/terraform/outputs.tf'), /^output "(\w+)"/gm);
    const [, table = ''] = (await read('infra/terraform/README.md')).split('## Outputs');
    assert.deepEqual(namesIn(table, /`(\w+)`/g).sort(), outputs.sort());
  });
});
