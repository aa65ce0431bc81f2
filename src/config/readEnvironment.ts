import { nearestName, type ReadConfig, readConfig } from './readConfig.ts';
import { type RawSettings, type SettingName, settings } from './settings.ts';

/**
 * The value that says that a setting without a default is unset. A template can give each variable a value with it, where
 * an empty one fails the start.
 */
export const unsetWord = 'none';

const variables = Object.values(settings).map(({ variable }) => variable);

/**
 * Reads the configuration from environment variables.
 *
 * @param nameOf the name of a setting in the errors, where it is not the variable
 * @throws ConfigurationError one error that names each wrong variable and its rule, and each unknown `APPROOV_` variable: a
 *   misspelt one must not leave a door open
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  nameOf = (name: SettingName): string => settings[name].variable,
): ReadConfig {
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('APPROOV_') && !variables.includes(name),
  );
  const problems = unknown.map(
    (name) => `${name.slice(0, 128)} is not known: did you mean ${nearestName(name, variables)}?`,
  );
  return readConfig(rawSettings(environment), nameOf, problems);
}

function rawSettings(environment: Readonly<Record<string, string | undefined>>): RawSettings {
  const given = (name: SettingName) => {
    const { variable } = settings[name];
    return Object.hasOwn(environment, variable) ? environment[variable] : undefined;
  };
  const userAuth = given('userAuth');
  const checksUsers = userAuth !== undefined && userAuth !== 'off';
  const textOf = (name: SettingName) => {
    const text = given(name);
    if (text !== unsetWord) return text;
    const isOptional = settings[name].defaultValue === undefined;
    const isIdle = name !== 'userAuth' && name.startsWith('user') && !checksUsers;
    // What has a default cannot be unset: even a header cannot be called so, for that is a mistake.
    return isOptional || isIdle ? undefined : '';
  };
  return Object.fromEntries((Object.keys(settings) as SettingName[]).map((name) => [name, textOf(name)]));
}
