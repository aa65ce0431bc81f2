// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { attachTemplate } from '../../../infra/cloudformation/attach.ts';
import { committedFiles } from '../../../infra/cloudformation/committedFiles.ts';
import { samTemplate } from '../../../infra/cloudformation/sam/template.ts';
import { toYaml } from '../../../infra/cloudformation/yaml.ts';
import { cfn, type TemplateValue } from '../../../infra/stack/intrinsics.ts';
import { settings } from '../../../src/config/settings.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const variables = Object.values(settings).map(({ variable }) => variable);

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

  for (const [name, template] of Object.entries({ attach: attachTemplate, SAM: samTemplate })) {
    test(`the ${name} template hands every setting to the function`, () => {
      assert.deepEqual(
        variables.filter((variable) => !JSON.stringify(template).includes(`"${variable}":`)),
        [],
      );
    });

    test(`the ${name} template gives no function a variable that may have no value`, () => {
      const [environment] = JSON.stringify(template).match(/"Environment":\{"Variables":.*?\}\},/) ?? [];
      assert.match(environment ?? '', /APPROOV_SECRET_ID/);
      assert.doesNotMatch(environment ?? '', /AWS::NoValue/);
    });

    const resources = Object.assign({}, ...template.resources.map(({ entries }) => entries));
    const conditions = Object.assign({}, ...template.conditions.map(({ entries }) => entries));

    test(`the ${name} template names no secret, and allows no GetSecretValue, where none is used`, () => {
      const [environment] =
        JSON.stringify(template).match(/"APPROOV_SECRET_ID":.*?(?=,"APPROOV_ACCOUNT)/) ?? [];
      assert.equal(
        environment,
        '"APPROOV_SECRET_ID":{"Fn::If":["CreatesSecret",{"Ref":"ApproovTokenSecret"},' +
          '{"Fn::If":["UsesSecret",{"Ref":"SecretArn"},"none"]}]}',
      );
      assert.equal(resources.ApproovTokenSecret.Condition, 'CreatesSecret');
      const [, readSecret] = resources.AuthorizerRole.Properties.Policies;
      assert.equal(readSecret['Fn::If'][0], 'ReadsSecrets');
      assert.match(JSON.stringify(readSecret['Fn::If'][1]), /secretsmanager:GetSecretValue/);
      assert.deepEqual(conditions.UsesSecret, cfn.not(cfn.equals(cfn.ref('SecretArn'), 'unused')));
    });

    test(`the ${name} template gives a WebSocket API no identity source when the token may be in the query`, () => {
      assert.match(JSON.stringify(template), /"Fn::If":\["WebsocketHasNoSources",(\[\]|"none"),/);
      assert.deepEqual(
        conditions.WebsocketHasNoSources,
        cfn.or(
          cfn.condition('HasNoIdentitySource'),
          cfn.not(cfn.equals(cfn.ref('TokenQueryParameter'), 'none')),
        ),
      );
    });
  }
});

suite('the APIs of the SAM template', () => {
  const text = JSON.stringify(samTemplate);

  test('show the ARC of a refused token in the response to a Deny, under its condition', () => {
    const shown = text.match(/"ShowsArc",\{"application\/json":"[^}]*\}"\}/g);
    assert.deepEqual(shown, ['"ShowsArc",{"application/json":"{\\"arc\\":\\"$context.authorizer.arc\\"}"}']);
  });

  test('remove the token header from the HTTP API alone, under its condition', () => {
    const removals = text.match(/"HidesToken",\{"remove:header.Approov-Token":"''"\}/g);
    assert.equal(removals?.length, 2, 'GET and POST of one API');
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
    name: 'characters with a meaning, within brackets',
    value: { a: ['*', '${A}', "'x'", 'a: b', ' x', 'a,b', 'a:b'] },
    text: `a: ["*", "\${A}", "'x'", "a: b", " x", "a,b", "a:b"]\n`,
  },
  {
    name: 'characters with a meaning, alone',
    value: { a: '${A},[b]', b: 'a: b', c: 'a #b', d: 'a:', e: '-a', f: '\\*|a' },
    text: 'a: ${A},[b]\nb: "a: b"\nc: "a #b"\nd: "a:"\ne: "-a"\nf: "\\\\*|a"\n',
  },
  { name: 'double quotes', value: ['{ $.a = "b" }', `"it's"`], text: `- '{ $.a = "b" }'\n- "\\"it's\\""\n` },
  {
    name: 'nesting: an entry of a section has a line for each key, and what is short below is on one',
    value: { a: { b: { c: [{ d: 1, e: [2] }] } } },
    text: 'a:\n  b:\n    c: [{ d: 1, e: [2] }]\n',
  },
  {
    name: 'a map of more than three keys is never on one line',
    value: { a: { b: { c: { d: 1, e: 2, f: 3, g: 4 } } } },
    text: 'a:\n  b:\n    c:\n      d: 1\n      e: 2\n      f: 3\n      g: 4\n',
  },
  { name: 'nothing in it', value: { a: [], b: {}, c: '' }, text: 'a: []\nb: {}\nc: ""\n' },
  { name: 'undefined is left out', value: { a: undefined, b: 1 }, text: 'b: 1\n' },
  { name: 'several lines', value: { a: '{\n "b": 1\n}' }, text: 'a: |-\n  {\n   "b": 1\n  }\n' },
  {
    name: 'a long text is broken at its spaces',
    value: { a: `${'word '.repeat(30)}end` },
    text: `a: >-\n  ${'word '.repeat(20)}word\n  ${'word '.repeat(9)}end\n`,
  },
  {
    name: 'a long text that breaking would change is not broken',
    value: { a: `two  spaces ${'word '.repeat(30)}end` },
    text: `a: two  spaces ${'word '.repeat(30)}end\n`,
  },
  {
    name: 'intrinsic functions in their short form',
    value: {
      a: cfn.ref('B'),
      c: cfn.att('D', 'Arn'),
      e: cfn.if('F', cfn.ref('AWS::NoValue'), 'g'),
      h: cfn.not(cfn.condition('I')),
      j: cfn.sub('${K}-l'),
    },
    text: 'a: !Ref B\nc: !GetAtt D.Arn\ne: !If [F, !Ref "AWS::NoValue", g]\nh: !Not [{ Condition: I }]\nj: !Sub ${K}-l\n',
  },
  {
    name: 'a long intrinsic function has a line for each argument',
    value: { a: cfn.if('B', { c: 'x'.repeat(100), d: 1 }, ['e']) },
    text: `a: !If\n  - B\n  - c: ${'x'.repeat(100)}\n    d: 1\n  - [e]\n`,
  },
  {
    name: 'a condition of an IAM statement is no intrinsic function',
    value: { a: { b: { c: { Effect: 'Allow', Condition: { d: 'e' } } } } },
    text: 'a:\n  b:\n    c: { Effect: Allow, Condition: { d: e } }\n',
  },
];

suite('toYaml', () => {
  for (const { name, value, text } of yamlCases) {
    test(name, () => assert.equal(toYaml(value), text));
  }
});
