import { nearestName } from './nearestName.ts';
import { type ReadConfig, readConfig } from './readConfig.ts';
import { type RawSettings, type SettingName, settings } from './settings.ts';

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
  const unknown = unknownVariables(Object.keys(environment));
  const { config, warnings } = readConfig(raw, (name) => settings[name].variable, unknown.problems);
  return { config, warnings: [...warnings, ...unknown.warnings] };
}

/** Beginnings of variables of which a misspelt one could leave a door open. */
const guardedPrefixes = ['APPROOV_KEYSET_', 'APPROOV_USER_'];

/**
 * Finds variables that look like a setting and are none.
 *
 * @param variables names of environment variables
 * @returns `problems`: those whose kind must be spelt right, which fail the start; `warnings`: the others, which are ignored
 */
function unknownVariables(variables: readonly string[]): { problems: string[]; warnings: string[] } {
  const known = Object.values(settings).map(({ variable }) => variable);
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const name of variables) {
    if (!name.startsWith('APPROOV_') || known.includes(name)) continue;
    const shown = name.slice(0, 128);
    const hint = `did you mean ${nearestName(name, known)}?`;
    if (guardedPrefixes.some((prefix) => name.startsWith(prefix))) {
      problems.push(`${shown} is not known: ${hint}`);
    } else {
      warnings.push(`unknown variable ${shown} is ignored: ${hint}`);
    }
  }
  return { problems, warnings };
}

/** The settings without those that {@link unsetWord} unsets. */
export function withoutUnset(raw: RawSettings): RawSettings {
  const entries = Object.entries(raw) as [SettingName, string | undefined][];
  return Object.fromEntries(
    entries.filter(([name, text]) => text !== unsetWord || settings[name].defaultValue !== undefined),
  );
}
