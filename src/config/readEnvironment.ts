import { type RawSettings, type ReadConfig, readConfig, unknownVariableWarnings } from './readConfig.ts';
import { type SettingName, settings } from './settings.ts';

/**
 * The value that says that a setting without a default is unset. A template can give each variable a value with it, where
 * an empty one fails the start.
 */
export const unsetWord = 'none';

/**
 * Reads the configuration from environment variables.
 *
 * @throws ConfigurationError one error that names each wrong variable and its rule
 */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): ReadConfig {
  const names = Object.keys(settings) as SettingName[];
  const given = names.filter((name) => Object.hasOwn(environment, settings[name].variable));
  const raw: RawSettings = withoutUnset(
    Object.fromEntries(given.map((name) => [name, environment[settings[name].variable]])),
  );
  const { config, warnings } = readConfig(raw, (name) => settings[name].variable);
  return { config, warnings: [...warnings, ...unknownVariableWarnings(Object.keys(environment))] };
}

/** The settings without those that {@link unsetWord} unsets. */
export function withoutUnset(raw: RawSettings): RawSettings {
  const entries = Object.entries(raw) as [SettingName, string | undefined][];
  return Object.fromEntries(
    entries.filter(([name, text]) => text !== unsetWord || settings[name].defaultValue !== undefined),
  );
}
