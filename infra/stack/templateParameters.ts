import { unsetWord } from '../../src/config/readEnvironment.ts';
import { settings } from '../../src/config/settings.ts';
import { cfn, type Section, type TemplateValue } from './intrinsics.ts';
import {
  isNumeric,
  type ParameterRule,
  ruleInWords,
  type StackParameter,
  type StackParameterName,
  stackParameters,
} from './parameters.ts';
import { type SettingParameterName, settingParameters } from './settingParameters.ts';

/** Parameters about the stack, as CloudFormation has them. */
export function templateParameters(...names: readonly StackParameterName[]): Section {
  return Object.fromEntries(
    names.map((name) => [upperCamelCase(name), templateParameter(stackParameters[name])]),
  );
}

/** The parameters of all settings of the authorizer. */
export const settingTemplateParameters: Section = Object.fromEntries(
  (Object.entries(settingParameters) as [SettingParameterName, StackParameter][]).map(([name, parameter]) => [
    upperCamelCase(name),
    templateParameter(hasUserDefault(name) ? withUserDefault(name, parameter) : parameter),
  ]),
);

/** The authorizer's variables for them. Each has a value, `none` if unset: an empty variable fails the start. */
export const settingVariables: Section = Object.fromEntries(
  (Object.keys(settingParameters) as SettingParameterName[]).map((name) => [
    settings[name].variable,
    hasUserDefault(name)
      ? cfn.if('ChecksUsers', cfn.ref(upperCamelCase(name)), unsetWord)
      : cfn.ref(upperCamelCase(name)),
  ]),
);

/** A default of the user check: it can be neither given while users are not checked, nor unset while they are. */
function hasUserDefault(name: SettingParameterName): boolean {
  return /^user(?!Auth$)/.test(name) && settings[name].defaultValue !== undefined;
}

function withUserDefault(name: SettingParameterName, { description, rule }: StackParameter): StackParameter {
  const { defaultValue }: { defaultValue: unknown } = settings[name];
  return {
    description: description.replace(/ none: [^.]+\./, ''),
    rule,
    default: Array.isArray(defaultValue) ? defaultValue.join(',') : (defaultValue as string | number),
  };
}

/** The body of a condition: the parameter is unset. */
export function isUnset(parameter: string): TemplateValue {
  return cfn.equals(cfn.ref(parameter), unsetWord);
}

function templateParameter({ description, rule, default: preset }: StackParameter): TemplateValue {
  return {
    Type: isNumeric(rule) && preset !== unsetWord ? 'Number' : 'String',
    Default: preset,
    Description: description.replace(/\b[a-z]\w*(?==)/g, upperCamelCase),
    ...constraint(rule, preset === unsetWord),
  };
}

/** What CloudFormation itself can hold people to. The rest fails the authorizer's start with a message. */
function constraint(rule: ParameterRule, isOptional: boolean): Section {
  if ('oneOf' in rule) return { AllowedValues: isOptional ? [unsetWord, ...rule.oneOf] : rule.oneOf };
  if ('from' in rule) {
    return isOptional
      ? { AllowedPattern: `${unsetWord}|[0-9]{1,10}`, ConstraintDescription: ruleInWords(rule) }
      : { MinValue: rule.from, MaxValue: rule.to };
  }
  const { pattern } = rule;
  if (pattern === undefined) return { MinLength: 1 };
  return {
    AllowedPattern: isOptional ? `${unsetWord}|${pattern}` : pattern,
    ConstraintDescription: ruleInWords(rule),
  };
}

function upperCamelCase(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
