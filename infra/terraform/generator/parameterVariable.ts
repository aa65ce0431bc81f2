import { unsetWord } from '../../../src/config/readEnvironment.ts';
import {
  isNumeric,
  type ParameterRule,
  ruleInWords,
  type StackParameter,
  stackParameters,
} from '../../stack/parameters.ts';
import { settingParameters } from '../../stack/settingParameters.ts';

/** What Terraform itself holds a variable to. */
export interface Validation {
  /** A Terraform expression. */
  readonly condition: string;
  readonly message: string;
}

/** A variable of the module. Type, default and validation are Terraform expressions. */
export interface Variable {
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly default?: string;
  /** Whether null is a value of its own and not the default. */
  readonly isNullable?: boolean;
  readonly validation?: Validation;
}

const parameters: Readonly<Record<string, StackParameter>> = { ...stackParameters, ...settingParameters };

/** Name of a parameter as Terraform's variables are named. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Whether a parameter is a list, which the other templates have as comma-separated text. */
export function isList({ rule }: StackParameter): boolean {
  return 'listOf' in rule;
}

/** A parameter of the stacks as a variable of the module. */
export function parameterVariable(key: string, parameter: StackParameter): Variable {
  const name = snakeCase(key);
  const isUnset = parameter.default === unsetWord;
  return {
    name,
    description: descriptionOf(parameter),
    type: typeOf(parameter),
    default: isUnset ? (isList(parameter) ? '[]' : 'null') : defaultOf(parameter),
    isNullable: isUnset && !isList(parameter),
    validation: isList(parameter)
      ? listValidation(name, parameter)
      : scalarValidation(name, parameter.rule, isUnset),
  };
}

function typeOf(parameter: StackParameter): string {
  const { rule } = parameter;
  if (isList(parameter)) return 'list(string)';
  return isNumeric(rule) ? 'number' : 'string';
}

function defaultOf(parameter: StackParameter): string {
  const { default: preset } = parameter;
  return JSON.stringify(isList(parameter) ? String(preset).split(',') : preset).replaceAll('","', '", "');
}

/** The table's description, with Terraform's words and names. */
function descriptionOf(parameter: StackParameter): string {
  return parameter.description
    .replace(', comma-separated', '')
    .replace(`${unsetWord}:`, isList(parameter) ? 'Empty:' : 'null:')
    .replace(/\b([a-z][A-Za-z]+)=([a-z0-9-]+)/g, (_, name: string, value: string) =>
      Object.hasOwn(parameters, name) && !/^\d+$/.test(value)
        ? `${snakeCase(name)} = "${value}"`
        : `${snakeCase(name)} = ${value}`,
    )
    .replace(/\b[a-z]+[A-Z]\w+\b/g, (name) => (Object.hasOwn(parameters, name) ? snakeCase(name) : name));
}

/**
 * The validation of a single value. Terraform evaluates both sides of `||` in its older versions, but not both of `? :`.
 */
export function scalarValidation(name: string, rule: ParameterRule, isOptional: boolean): Validation {
  const condition = conditionOf(`var.${name}`, rule);
  return {
    condition: isOptional ? `var.${name} == null ? true : ${condition}` : condition,
    message: `${name} must be ${ruleInWords(rule)}.`,
  };
}

function conditionOf(value: string, rule: ParameterRule): string {
  if ('oneOf' in rule) return `contains(${wordList(rule.oneOf)}, ${value})`;
  if ('from' in rule)
    return `floor(${value}) == ${value} && ${value} >= ${rule.from} && ${value} <= ${rule.to}`;
  const { pattern } = rule;
  return pattern === undefined
    ? `length(${value}) > 0`
    : `can(regex(${JSON.stringify(`^(?:${pattern})$`)}, ${value}))`;
}

function listValidation(name: string, parameter: StackParameter): Validation {
  const expects = ruleInWords(parameter.rule).replace('comma-separated, ', '');
  const words = 'listOf' in parameter.rule && 'oneOf' in parameter.rule.listOf && parameter.rule.listOf.oneOf;
  const item = words ? `contains(${wordList(words)}, item)` : 'can(regex("^[^, ]([^,]*[^, ])?$", item))';
  const items = `alltrue([for item in var.${name} : ${item}])`;
  return {
    condition: parameter.default === unsetWord ? items : `length(var.${name}) > 0 && ${items}`,
    message: `${name} must be a list ${expects}.`,
  };
}

function wordList(words: readonly (string | number)[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}
