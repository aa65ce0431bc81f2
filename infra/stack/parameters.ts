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
  readonly description: string;
  readonly rule: ParameterRule;
  /** `none` for unset; absent where a value must be given. */
  readonly default?: string | number;
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
    description:
      'Secret that holds the base64 Approov secret. none: the stack creates one, to be filled afterwards. unused: algorithms is without HS256, so there is none.',
    rule: {
      pattern: `${unusedWord}|${secretArn.pattern}`,
      expects: `${secretArn.expects}, or ${unusedWord}`,
    },
    default: unsetWord,
  },
  accountKeyArn: {
    description:
      'Secret that holds the account message signing key, for messageSigning=account or messageSigning=any. none: the stack creates one.',
    rule: secretArn,
    default: unsetWord,
  },
  kmsKeyArn: {
    description: "KMS key of the secrets. none: the account's default key.",
    rule: kmsKeyArn,
    default: unsetWord,
  },
  runtime: {
    description: 'Runtime of the functions.',
    rule: { pattern: 'nodejs(2[2-9]|[3-9][0-9])\\.x', expects: 'a Node.js runtime from nodejs22.x on' },
    default: lambda.runtime,
  },
  memoryMegabytes: {
    description: 'Memory of the functions. CPU grows with it.',
    rule: { from: 128, to: 10_240 },
    default: 512,
  },
  architecture: {
    description: 'Processor of the functions. The bundles run on both.',
    rule: { oneOf: ['arm64', 'x86_64'] },
    default: 'arm64',
  },
  logRetentionDays: {
    description: 'Days that log lines are kept.',
    rule: { oneOf: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653] },
    default: 30,
  },
  logKmsKeyArn: {
    description: "KMS key of the log groups; its policy must allow CloudWatch Logs. none: CloudWatch's own.",
    rule: kmsKeyArn,
    default: unsetWord,
  },
  reservedConcurrency: {
    description: 'Concurrency reserved for the authorizer. none: it shares the quota of the account.',
    rule: positiveNumber,
    default: unsetWord,
  },
  authorizerTtlSeconds: {
    description:
      'Seconds that API Gateway keeps an answer. 0 where answers must not be kept: with message signing, resourceScope=method, binding=if-present or mode=report-only.',
    rule: { from: 0, to: 3600 },
    default: 300,
  },
  identitySourceHeaders: {
    description:
      'Headers that are identity sources. none: the token header, and each header a token must be bound to.',
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
    description: 'Origin of web pages that may call the APIs. *: any.',
    rule: {
      pattern: '\\*|https?://[a-z0-9.:-]+',
      expects: '* or one origin such as https://app.example.com',
    },
    default: '*',
  },
  hideToken: {
    description:
      'on: the HTTP API removes the token header before the backend. In SAM, only a header named Approov-Token.',
    rule: { oneOf: onOff },
    default: 'off',
  },
  websocket: { description: 'on: a WebSocket API too.', rule: { oneOf: onOff }, default: 'off' },
  throttlingRateLimit: {
    description:
      'Requests per second to each route of each API, together with the burst limit. none: the limits of the account.',
    rule: positiveNumber,
    default: unsetWord,
  },
  throttlingBurstLimit: {
    description:
      'Requests at once to each route of each API, together with the rate limit. none: the limits of the account.',
    rule: positiveNumber,
    default: unsetWord,
  },
  apiGatewayLogRole: {
    description: 'existing: the account already lets API Gateway write logs.',
    rule: { oneOf: ['create', 'existing'] },
    default: 'create',
  },
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
