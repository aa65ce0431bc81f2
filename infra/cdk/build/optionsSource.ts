import { unsetWord } from '../../../src/config/readEnvironment.ts';
import {
  isNumeric,
  type ParameterRule,
  ruleInWords,
  type StackParameter,
  type StackParameterName,
  stackParameters,
} from '../../stack/parameters.ts';
import { settingParameters } from '../../stack/settingParameters.ts';

/** The stack parameters that the construct takes as they are. CDK has types of its own for the others. */
const stackOptions = [
  'authorizerTtlSeconds',
  'identitySourceHeaders',
  'memoryMegabytes',
  'reservedConcurrency',
  'logRetentionDays',
  'refusalAlarmPercent',
] as const satisfies readonly StackParameterName[];

const options: readonly (readonly [string, StackParameter])[] = [
  ...Object.entries(settingParameters),
  ...stackOptions.map((name) => [name, stackParameters[name]] as const),
];

const notice = '// Made by `npm run templates` from the tables of infra/stack. Change it there.';

/** Source of the package's index: the construct, its options, and the enum of each choice. */
export function indexSource(): string {
  const names = ['ApproovAuthorizerOptions', ...choices().map(([name]) => upperCamelCase(name))].sort();
  return [
    notice,
    "export { ApproovAuthorizer, ApproovAuthorizerProps } from './approovAuthorizer';",
    'export {',
    ...names.map((name) => `  ${name},`),
    "} from './approovAuthorizerOptions';",
    '',
  ].join('\n');
}

/**
 * Source of the construct's options: every setting of the authorizer and the stack parameters above, with the types that
 * users of CDK expect. A time is a `Duration`, a list an array, a choice an enum, and `off` or `on` a boolean.
 */
export function optionsSource(): string {
  return [
    notice,
    "import type { Duration } from 'aws-cdk-lib';",
    '',
    ...choices().map(([name, { description, rule }]) =>
      enumSource(upperCamelCase(name), description, rule.oneOf),
    ),
    '/** The settings of the authorizer, as in its README, and the numbers of the stack around it. */',
    'export interface ApproovAuthorizerOptions {',
    options.map(([name, parameter]) => optionSource(name, parameter)).join('\n\n'),
    '}',
    '',
  ].join('\n');
}

/** The options whose value is one of a few words. */
function choices() {
  return options.flatMap(([name, { description, rule }]) =>
    isChoice(rule) ? [[name, { description, rule }] as const] : [],
  );
}

function enumSource(name: string, description: string, words: readonly string[]): string {
  const members = words.map((word) => `  /** \`${word}\` */\n  ${memberName(word)} = '${word}',`);
  return `/** ${summaryOf(description)} */\nexport enum ${name} {\n${members.join('\n')}\n}\n`;
}

function optionSource(name: string, parameter: StackParameter): string {
  const lines = [
    summaryOf(parameter.description),
    ...ruleSentence(name, parameter.rule),
    '',
    `@default ${defaultText(name, parameter)}`,
  ];
  return [
    '  /**',
    ...lines.map((line) => `   * ${line}`.trimEnd()),
    '   */',
    `  readonly ${optionName(name)}?: ${typeOf(name, parameter.rule)};`,
  ].join('\n');
}

/** What `none` means in a description. Here a property is left out instead. */
const meaningOfNone = / none: (.*?)\.(?= [A-Z]|$)/;

function summaryOf(description: string): string {
  return description
    .replace(meaningOfNone, '')
    .replace(', comma-separated', '')
    .replaceAll(/\b([a-z]\w*)Seconds\b/g, '$1');
}

function ruleSentence(name: string, rule: ParameterRule): readonly string[] {
  if (isChoice(rule) || isSwitch(rule)) return [];
  const type = typeOf(name, rule);
  const words = ruleInWords(rule);
  if ('listOf' in rule) return [`Each is ${ruleInWords(rule.listOf)}.`];
  return [`It must be ${type === 'Duration' ? words.replace('number', 'number of seconds') : words}.`];
}

function typeOf(name: string, rule: ParameterRule): string {
  if (isChoice(rule)) return upperCamelCase(name);
  if (isSwitch(rule)) return 'boolean';
  if ('listOf' in rule) return 'string[]';
  if (!isNumeric(rule)) return 'string';
  return name.endsWith('Seconds') ? 'Duration' : 'number';
}

function defaultText(name: string, { description, rule, default: preset }: StackParameter): string {
  if (preset === undefined || preset === unsetWord) {
    return `- ${meaningOfNone.exec(description)?.[1] ?? 'unset'}`;
  }
  switch (typeOf(name, rule)) {
    case 'Duration':
      return `Duration.seconds(${preset})`;
    case 'boolean':
      return String(preset === 'on');
    case 'number':
      return String(preset);
    case 'string':
      return `'${preset}'`;
    case 'string[]':
      return `[${String(preset)
        .split(',')
        .map((item) => `'${item}'`)
        .join(', ')}]`;
    default:
      return `${upperCamelCase(name)}.${memberName(String(preset))}`;
  }
}

function isChoice(rule: ParameterRule): rule is { readonly oneOf: readonly string[] } {
  return 'oneOf' in rule && typeof rule.oneOf[0] === 'string' && !isSwitch(rule);
}

function isSwitch(rule: ParameterRule): boolean {
  return 'oneOf' in rule && [...rule.oneOf].sort().join() === 'off,on';
}

/** A time carries its unit, so the property's name does not. */
function optionName(name: string): string {
  return name.replace(/Seconds$/, '');
}

function memberName(word: string): string {
  return word.toUpperCase().replaceAll('-', '_');
}

function upperCamelCase(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
