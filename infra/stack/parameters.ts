import { unsetWord } from '../../src/config/readEnvironment.ts';
import { type ListRule, type Rule, readValue, ruleSentence } from '../../src/config/rules.ts';
import { lambda } from './lambda.ts';

/** What a parameter may be, as plain data, because each kind of template says it in its own way. */
export type ParameterRule =
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly from: number; readonly to: number }
  /** A list of items, as text. The pattern is of the whole text. */
  | (ListRule & { readonly pattern?: string })
  /** The words complete "must be …". The pattern is of the whole text. */
  | { readonly expects: string; readonly pattern?: string };

/** A parameter of the stacks. */
export interface StackParameter {
  /** For the templates that are made from the table. */
  readonly description?: string;
  readonly rule: ParameterRule;
  /** `none` for unset. */
  readonly default: string | number;
}

const arnOf = (service: string) => `arn:aws(-[a-z]+)*:${service}:[a-z0-9-]+:[0-9]{12}`;
const secretArn = {
  pattern: `${arnOf('secretsmanager')}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}`,
  expects: 'the whole ARN of a Secrets Manager secret, with the six characters at its end',
};
/** The value of `secretArn` for a stack whose tokens are all signed by a keyset. */
export const unusedWord = 'unused';
const kmsKeyArn = { pattern: `${arnOf('kms')}:key/[A-Za-z0-9-]+`, expects: 'the ARN of a KMS key' };
/** Not of the kind with bounds, because it may be `none`, which is no number. */
const positiveNumber = {
  pattern: '[1-9][0-9]{0,5}',
  expects: 'a whole number from 1 to 999999',
} as const;
const onOff = ['off', 'on'];

/**
 * The parameters that are about a stack and not a setting of the authorizer. Each way to deploy takes those that it has a
 * use for.
 */
export const stackParameters = {
  secretArn: {
    rule: {
      pattern: `${unusedWord}|${secretArn.pattern}`,
      expects: `${secretArn.expects}, or ${unusedWord}`,
    },
    default: unsetWord,
  },
  accountKeyArn: { rule: secretArn, default: unsetWord },
  kmsKeyArn: { rule: kmsKeyArn, default: unsetWord },
  runtime: {
    rule: { pattern: 'nodejs(2[2-9]|[3-9][0-9])\\.x', expects: 'a Node.js runtime from nodejs22.x on' },
    default: lambda.runtime,
  },
  memoryMegabytes: { rule: { from: 128, to: 10_240 }, default: 512 },
  architecture: { rule: { oneOf: ['arm64', 'x86_64'] }, default: 'arm64' },
  logRetentionDays: {
    rule: { oneOf: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653] },
    default: 30,
  },
  logKmsKeyArn: { rule: kmsKeyArn, default: unsetWord },
  reservedConcurrency: { rule: positiveNumber, default: unsetWord },
  authorizerTtlSeconds: { rule: { from: 0, to: 3600 }, default: 300 },
  identitySourceHeaders: {
    rule: {
      listOf: {
        pattern: '[A-Za-z0-9._-]{1,128}',
        expects: 'a header name of letters, digits, dots, hyphens and underscores',
      },
      sameness: 'may-repeat',
    },
    default: unsetWord,
  },
  corsOrigin: {
    rule: {
      pattern: '\\*|https?://[a-z0-9.:-]+',
      expects: '* or one origin such as https://app.example.com',
    },
    default: '*',
  },
  hideToken: { rule: { oneOf: onOff }, default: 'off' },
  websocket: { rule: { oneOf: onOff }, default: 'off' },
  throttlingRateLimit: { rule: positiveNumber, default: unsetWord },
  throttlingBurstLimit: { rule: positiveNumber, default: unsetWord },
  apiGatewayLogRole: { rule: { oneOf: ['create', 'existing'] }, default: 'create' },
  alarmTopicArn: {
    description: 'SNS topic that the alarms notify. none: they are only seen.',
    rule: { pattern: `${arnOf('sns')}:[A-Za-z0-9_-]{1,256}`, expects: 'the ARN of an SNS topic' },
    default: unsetWord,
  },
  refusalAlarmPercent: {
    description: 'Share of refusals over five minutes that raises an alarm.',
    rule: { from: 1, to: 100 },
    default: 25,
  },
} as const satisfies Record<string, StackParameter>;

/** Name of a parameter about the stack. */
export type StackParameterName = keyof typeof stackParameters;

/** The rule in words, to complete "must be …". */
export function ruleInWords(rule: ParameterRule): string {
  return ruleSentence(asRule(rule));
}

/** The parameters among these that break their rules, in words. */
export function brokenParameters(
  given: Readonly<Record<string, unknown>>,
  names: readonly StackParameterName[],
): string[] {
  return names
    .filter(
      (name) => given[name] !== undefined && !keepsRule(stackParameters[name].rule, String(given[name])),
    )
    .map((name) => `${name} must be ${ruleInWords(stackParameters[name].rule)}`);
}

/** Whether a text keeps the rule. */
export function keepsRule(rule: ParameterRule, value: string): boolean {
  return readValue(asRule(rule), value) !== undefined;
}

function asRule(rule: ParameterRule): Rule {
  if ('oneOf' in rule) return { oneOf: rule.oneOf.map(String) };
  return 'expects' in rule ? { pattern: '[\\s\\S]*', ...rule } : rule;
}
