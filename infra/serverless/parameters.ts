import { nearestName } from '../../src/config/nearestName.ts';
import type { Rule } from '../../src/config/rules.ts';
import { integer, listOf, matching, oneOf } from '../../src/config/rules.ts';
import { type SettingName, settings } from '../../src/config/settings.ts';

/** What Serverless hands to a function that a variable names. */
export interface ServerlessContext {
  /** Command line options. */
  options: { param?: readonly string[] };
  resolveVariable(variable: string): Promise<unknown>;
}

/** The settings that stage parameters of the same name give; the two secrets are referred to by ARN instead. */
export type ParameterSettingName = Exclude<SettingName, 'secretId' | 'accountKeyId'>;

const arnOf = (service: string) => `arn:(?:aws|aws-[a-z-]+):${service}:[a-z0-9-]+:[0-9]{12}`;
const secretArn = matching(
  new RegExp(`^${arnOf('secretsmanager')}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$`),
  'the whole ARN of a Secrets Manager secret, with the six characters at its end',
);

/** The parameters that are about the stack and not the authorizer's own settings. A missing default means unset. */
export const stackParameters = {
  secretArn: { rule: secretArn },
  accountKeyArn: { rule: secretArn },
  kmsKeyArn: {
    rule: matching(new RegExp(`^${arnOf('kms')}:key/[A-Za-z0-9-]+$`), 'the ARN of a KMS key'),
  },
  authorizerTtlSeconds: { rule: integer(0, 3600) },
  identitySourceHeaders: {
    rule: listOf(
      matching(/^[A-Za-z0-9_-]{1,128}$/, 'a header name of letters, digits, hyphens and underscores'),
    ),
  },
  corsOrigin: {
    rule: matching(/^(\*|https?:\/\/[a-z0-9.:-]+)$/, '* or one origin such as https://app.example.com'),
  },
  logRetentionDays: { rule: integer(1, 3653) },
  memoryMegabytes: { rule: integer(128, 10_240) },
  websocket: { rule: oneOf(['on', 'off']) },
  alarmTopicArn: {
    rule: matching(new RegExp(`^${arnOf('sns')}:[A-Za-z0-9_-]{1,256}$`), 'the ARN of an SNS topic'),
  },
  refusalAlarmPercent: { rule: integer(1, 100) },
  apiGatewayLogRole: { rule: oneOf(['create', 'existing']) },
} satisfies Record<string, { rule: Rule<unknown> }>;

/** Name of a parameter about the stack. */
export type StackParameterName = keyof typeof stackParameters;

/** The parameters as text by name, undefined when unset. */
export type Parameters = Readonly<
  Partial<Record<ParameterSettingName | StackParameterName, string | undefined>>
>;

/** The names of all parameters. */
export const parameterNames: readonly string[] = [
  ...Object.keys(settings).filter((name) => name !== 'secretId' && name !== 'accountKeyId'),
  ...Object.keys(stackParameters),
];

/** A stage parameter is wrong. Serverless prints the stack of an error: here it is the message alone. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.stack = this.message;
  }
}

/**
 * Reads all stage parameters, from `--param` and `params` in serverless.yml.
 *
 * @throws ParameterError for a `--param` of an unknown name, with the nearest known one.
 */
export async function readParameters({ options, resolveVariable }: ServerlessContext): Promise<Parameters> {
  const given = (options.param ?? []).map((text) => text.split('=', 1)[0] as string);
  const unknown = given.filter((name) => !parameterNames.includes(name));
  if (unknown.length > 0) {
    throw new ParameterError(
      unknown.map((name) => `unknown parameter ${name}: did you mean ${nearestName(name, parameterNames)}?`),
    );
  }
  const entries = parameterNames.map(async (name) => {
    const value = await resolveVariable(`param:${name}, null`);
    return [name, value === null || value === undefined ? undefined : String(value)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
