import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { attachTemplate } from '../../infra/cloudformation/attach.ts';
import { committedFiles } from '../../infra/cloudformation/committedFiles.ts';
import { samTemplate } from '../../infra/cloudformation/sam/template.ts';
import { toYaml } from '../../infra/cloudformation/yaml.ts';
import type { TemplateValue } from '../../infra/stack/intrinsics.ts';
import { settings } from '../../src/config/settings.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const variables = Object.values(settings).map(({ variable }) => variable);
const used = (template: object) => variables.filter((name) => JSON.stringify(template).includes(`"${name}"`));

suite('templates', () => {
  for (const [path, made] of Object.entries(committedFiles())) {
    test(`${path} is what npm run templates makes`, async () => {
      const there = await readFile(`${root}${path}`, 'utf8');
      if (path.endsWith('.json')) {
        assert.deepEqual(JSON.parse(there), JSON.parse(made));
      } else {
        const lines = made.split('\n');
        assert.equal(
          there.split('\n').find((line, index) => line !== lines[index]),
          undefined,
        );
        assert.equal(there.length, made.length);
      }
    });
  }

  test('no event file is left over', async () => {
    const files = await readdir(`${root}infra/cloudformation/sam/events`);
    const made = Object.keys(committedFiles()).filter((path) =>
      path.startsWith('infra/cloudformation/sam/events/'),
    );
    assert.deepEqual(files.map((file) => `infra/cloudformation/sam/events/${file}`).sort(), made.sort());
  });

  test('the attach template hands every setting to the function', () => {
    assert.deepEqual(used(attachTemplate()), variables);
  });

  test('the SAM template hands over every setting but those that are unset by default', () => {
    assert.deepEqual(
      variables.filter((name) => !used(samTemplate()).includes(name)),
      [
        'APPROOV_SECRET_JSON_KEY',
        'APPROOV_TOKEN_PREFIX',
        'APPROOV_ISSUER',
        'APPROOV_AUDIENCE',
        'APPROOV_PUBLIC_ORIGIN',
        'APPROOV_PUBLIC_BASE_PATH',
      ],
    );
  });
});

const yamlCases: readonly { name: string; value: TemplateValue; text: string }[] = [
  { name: 'plain text', value: { a: 'text-1' }, text: 'a: text-1\n' },
  {
    name: 'words that YAML reads as a boolean or null',
    value: ['on', 'No', 'null', '~'],
    text: '- "on"\n- "No"\n- "null"\n- "~"\n',
  },
  {
    name: 'digits that stay text',
    value: ['007', '1e3', '0x1f', '2012-10-17'],
    text: '- "007"\n- "1e3"\n- "0x1f"\n- "2012-10-17"\n',
  },
  { name: 'numbers, booleans, null', value: [1, 0.5, true, null], text: '- 1\n- 0.5\n- true\n- null\n' },
  {
    name: 'characters with a meaning',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as CloudFormation has it
    value: ['*', '${A}', "'x'", 'a: b', ' x'],
    text: `- "*"\n- "\${A}"\n- "'x'"\n- "a: b"\n- " x"\n`,
  },
  { name: 'double quotes', value: ['{ $.a = "b" }', `"it's"`], text: `- '{ $.a = "b" }'\n- "\\"it's\\""\n` },
  { name: 'nesting', value: { a: [{ b: 1, c: [2] }] }, text: 'a:\n  - b: 1\n    c:\n      - 2\n' },
  { name: 'nothing in it', value: { a: [], b: {}, c: '' }, text: 'a: []\nb: {}\nc: ""\n' },
  { name: 'undefined is left out', value: { a: undefined, b: 1 }, text: 'b: 1\n' },
  { name: 'several lines', value: { a: '{\n "b": 1\n}' }, text: 'a: |-\n  {\n   "b": 1\n  }\n' },
];

suite('toYaml', () => {
  for (const { name, value, text } of yamlCases) {
    test(name, () => assert.equal(toYaml(value), text));
  }
});
