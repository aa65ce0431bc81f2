import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { accessLogFormat } from '../../../infra/stack/accessLogFormat.ts';
import { lambda } from '../../../infra/stack/lambda.ts';
import {
  ruleInWords,
  type StackParameter,
  type StackParameterName,
  stackParameters,
} from '../../../infra/stack/parameters.ts';
import { committedFiles } from '../../../infra/terraform/generator/committedFiles.ts';
import { settings } from '../../../src/config/settings.ts';

const folder = 'infra/terraform/';
const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const namesIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name as string);
const variables = read(`${folder}variables.tf`) + read(`${folder}settings.tf`);
const resources = ['main', 'plan', 'apis', 'observability', 'outputs']
  .map((name) => read(`${folder}${name}.tf`))
  .join('\n');

/** Blocks of variables by name. */
const blocks = Object.fromEntries(
  [...variables.matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm)].map(([, name, block]) => [name, block]),
);

suite('the Terraform module', () => {
  for (const [path, made] of Object.entries(committedFiles())) {
    test(`${path} is what npm run templates makes`, () => assert.equal(read(path), made));
  }

  test('uses each of its variables, of which there are at most 36', () => {
    const names = Object.keys(blocks);
    assert.ok(names.length > 30 && names.length <= 36, `${names.length}`);
    assert.deepEqual(
      names.filter((name) => !new RegExp(`var\\.${name}\\b`).test(resources)),
      [],
    );
  });

  test('reads nothing in a validation but its own variable, as Terraform before 1.9 demands', () => {
    for (const [name, block] of Object.entries(blocks)) {
      for (const [, text = ''] of (block as string).matchAll(/^ {4}(?:condition|error_message) += (.*)$/gm)) {
        // Text is no reference, unless it is a template.
        const code = text.replaceAll(/"(?:[^"\\$]|\\.|\$(?!\{))*"/g, '""');
        const references = namesIn(code, /\b(var\.\w+|local\.\w+|data\.\w+|path\.\w+|each\.\w+|aws_\w+)/g);
        assert.deepEqual(
          references.filter((reference) => reference !== `var.${name}`),
          [],
          `${name}: ${text}`,
        );
      }
    }
  });

  test('has a validation and a default for each setting, but for those of the two secrets', () => {
    const expected = Object.values(settings)
      .map(({ variable }) => variable)
      .filter((variable) => variable !== 'APPROOV_SECRET_ID' && variable !== 'APPROOV_ACCOUNT_KEY_ID');
    assert.deepEqual(namesIn(blocks.settings as string, /error_message = "(\w+) must be /g), expected);
    assert.deepEqual(namesIn(variables, /^ {4}(APPROOV_\w+) += /gm), expected);
    assert.match(variables, /APPROOV_DENIAL +=\s"policy"/);
  });

  for (const [name, parameter] of Object.entries({
    runtime: 'runtime',
    memory_size: 'memoryMegabytes',
    cloudwatch_logs_retention_in_days: 'logRetentionDays',
    cloudwatch_logs_kms_key_id: 'logKmsKeyArn',
    account_key_arn: 'accountKeyArn',
    secrets_kms_key_arn: 'kmsKeyArn',
    authorizer_ttl_seconds: 'authorizerTtlSeconds',
    cors_origin: 'corsOrigin',
    alarm_topic_arn: 'alarmTopicArn',
    refusal_alarm_percent: 'refusalAlarmPercent',
  } satisfies Record<string, StackParameterName>)) {
    test(`has the default and the rule of ${parameter} for ${name}`, () => {
      const block = blocks[name] as string;
      const { rule, default: preset }: StackParameter = stackParameters[parameter as StackParameterName];
      const isDerived = preset === 'none' || name === 'authorizer_ttl_seconds';
      assert.equal(/ default += (.*)/.exec(block)?.[1], isDerived ? 'null' : JSON.stringify(preset));
      assert.ok(block.includes(`error_message = "${name} must be ${ruleInWords(rule)}."`), block);
      if ('pattern' in rule && rule.pattern !== undefined) {
        const [, pattern = ''] = /regexall\("((?:[^"\\]|\\.)*)"/.exec(block) ?? [];
        const plain = (text: string) => text.replaceAll(/^\^\(?|\)?\$$|\(\?:/g, '');
        assert.equal(plain(JSON.parse(`"${pattern}"`)), plain(rule.pattern));
      }
    });
  }

  test('gives the function as much time as the other stacks do', () => {
    assert.match(resources, new RegExp(`timeout += ${lambda.timeoutSeconds} #`));
  });

  for (const example of ['http', 'complete']) {
    test(`the ${example} example logs what the other stacks log, in a group whose policy cannot grow too long`, () => {
      const text = read(`${folder}examples/${example}/main.tf`);
      const [, format = ''] = /format = jsonencode\(\{\n([\s\S]*?)\n\s+\}\)/.exec(text) ?? [];
      const fields = [...format.matchAll(/(\w+) += "(.*)"/g)].map(([, name, value]) => [name, value]);
      assert.deepEqual(Object.fromEntries(fields), JSON.parse(accessLogFormat.http));
      assert.match(text, /name += "\/aws\/vendedlogs\//);
    });
  }

  test('describes every output', () => {
    const outputs = namesIn(read(`${folder}outputs.tf`), /^output "(\w+)"/gm);
    const [, table = ''] = read(`${folder}README.md`).split('## Outputs');
    const names = namesIn(table, /^\| (`.*?`) \|/gm).join();
    assert.deepEqual(namesIn(names, /`(\w+)`/g).sort(), outputs.sort());
  });
});
