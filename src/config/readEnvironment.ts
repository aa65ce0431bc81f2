import { type RawSettings, type ReadConfig, readConfig, unknownVariableWarnings } from './readConfig.ts';
import { type SettingName, settings } from './settings.ts';

/**
 * Reads the configuration from environment variables.
 *
 * @throws ConfigurationError one error that names each wrong variable and its rule
 */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): ReadConfig {
  const names = Object.keys(settings) as SettingName[];
  const given = names.filter((name) => Object.hasOwn(environment, settings[name].variable));
  const raw: RawSettings = Object.fromEntries(
    given.map((name) => [name, environment[settings[name].variable]]),
  );
  const { config, warnings } = readConfig(raw, (name) => settings[name].variable);
  return { config, warnings: [...warnings, ...unknownVariableWarnings(Object.keys(environment))] };
}
