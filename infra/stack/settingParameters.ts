import { type Setting, type SettingName, settings } from '../../src/config/settings.ts';
import { cfn, isGiven, type Section } from './intrinsics.ts';

/** The settings of the two secrets are not parameters: templates refer to secrets by ARN, or make them. */
export type ParameterSettingName = Exclude<SettingName, 'secretId' | 'accountKeyId'>;

/** What a template needs to hand settings to the authorizer. */
export interface SettingParameters {
  readonly parameters: Section;
  readonly conditions: Section;
  /** Environment variables. One whose setting is not given is left out: an empty one would fail the start. */
  readonly environment: Section;
}

/** Name of the parameter that gives a setting: its own in upper camel case. */
export const parameterOf = (name: SettingName) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/**
 * Makes a parameter and an environment variable of each setting, by the authorizer's own table.
 *
 * @param names of the settings.
 * @param defaults that differ from the authorizer's own. `''` is for unset.
 */
export function settingParameters(
  names: readonly ParameterSettingName[],
  defaults: Readonly<Partial<Record<SettingName, string>>> = {},
): SettingParameters {
  const all = names.map((name) => {
    const { variable, rule, defaultValue } = settings[name] as Setting<unknown, unknown>;
    return { id: parameterOf(name), variable, rule, preset: defaults[name] ?? textOf(defaultValue) };
  });
  const unset = all.filter(({ preset }) => preset === '');
  return {
    parameters: Object.fromEntries(
      all.map(({ id, variable, rule, preset }) => [
        id,
        {
          Type: 'String',
          Default: preset,
          Description: `${variable}: ${rule.expects}${preset === '' ? '. Empty for unset' : ''}`,
          ...constraint(rule.expects, preset === ''),
        },
      ]),
    ),
    conditions: Object.fromEntries(unset.map(({ id }) => [givenCondition(id), isGiven(id)])),
    environment: Object.fromEntries(
      all.map(({ id, variable, preset }) => [
        variable,
        preset === '' ? cfn.if(givenCondition(id), cfn.ref(id)) : cfn.ref(id),
      ]),
    ),
  };
}

/** Name of the condition that a parameter is given. */
export const givenCondition = (parameter: string) => `Has${parameter}`;

function textOf(value: unknown): string {
  return value === undefined ? '' : Array.isArray(value) ? value.join(',') : String(value);
}

/** What CloudFormation itself can hold people to; the rest fails the authorizer's start with a message. */
function constraint(expects: string, isOptional: boolean): Section {
  const words = /^one of (.+)$/.exec(expects)?.[1]?.split(', ');
  if (words !== undefined) {
    return { AllowedValues: isOptional ? ['', ...words] : words };
  }
  return expects.startsWith('a whole number') ? { AllowedPattern: '[0-9]{1,6}' } : {};
}
