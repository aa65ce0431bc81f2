import { isReservedContextKey } from '../answer/context.ts';
import { ConfigurationError } from '../errors.ts';
import { contradictions } from './contradictions.ts';
import { isCognitoIssuer, readValue, ruleSentence } from './rules.ts';
import {
  type Config,
  type RawSettings,
  type Setting,
  type SettingName,
  settings,
  type Values,
} from './settings.ts';

/**
 * A checked configuration, and the warnings about it.
 *
 * @internal
 */
export interface ReadConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/**
 * Checks the settings against their rules and against each other.
 *
 * @param given the settings; inherited properties do not count
 * @param nameOf the name of a setting in the errors
 * @param foundProblems what is known to be wrong already
 * @throws ConfigurationError one error for all that is wrong, which names each setting and its rule
 *
 * @internal
 */
export function readConfig(
  given: RawSettings,
  nameOf: (name: SettingName) => string,
  foundProblems: readonly string[] = [],
): ReadConfig {
  const raw: RawSettings = Object.assign(Object.create(null), given);
  const problems = [...foundProblems];
  const values: Record<string, unknown> = {};
  for (const [name, { rule, defaultValue }] of Object.entries(settings) as [SettingName, Setting][]) {
    const text = raw[name];
    values[name] = text === undefined ? defaultValue : readValue(rule, text);
    if (text !== undefined && values[name] === undefined)
      problems.push(`${nameOf(name)} must be ${ruleSentence(rule)}`);
  }
  const checked = values as Values;
  problems.push(...contradictions(raw, checked, nameOf));
  if (problems.length > 0) throw new ConfigurationError(`Invalid configuration: ${problems.join('; ')}`);

  const config = withDerived(checked);
  return { config, warnings: warnings(config, nameOf) };
}

/** Fills in the settings whose defaults follow from other settings. */
function withDerived(values: Values): Config {
  const { bindingHeaders = [], userIssuer = [], userAudience = [] } = values;
  const isCognito = userIssuer.some(isCognitoIssuer);
  return {
    ...values,
    binding: values.binding ?? (bindingHeaders.length > 0 ? 'required' : 'off'),
    bindingHeaders,
    userIssuer,
    userAudience,
    userJwksUri: values.userJwksUri ?? userIssuer.map((issuer) => `${issuer}/.well-known/jwks.json`),
    userTokenUse: values.userTokenUse ?? (isCognito ? 'access' : undefined),
  };
}

function warnings(config: Config, nameOf: (name: SettingName) => string): string[] {
  const { contextClaims, userContextClaims } = config;
  const missing = (
    names: readonly string[],
    claims: readonly string[],
    setting: SettingName,
    reader: string,
  ) =>
    names
      .filter((name) => !claims.includes(name))
      .map((name) => `${nameOf(setting)} leaves out ${name}: ${reader} will refuse every request`);
  const reserved = contextClaims
    .filter(isReservedContextKey)
    .map(
      (name) => `${nameOf('contextClaims')} names ${name}, which is never handed to the backend: left out`,
    );
  return [
    ...reserved,
    ...missing(['exp'], contextClaims, 'contextClaims', 'readApproovContext'),
    ...missing(['sub', 'exp'], userContextClaims, 'userContextClaims', 'readUserClaims'),
  ];
}

/**
 * The known name most like a mistyped one, by edit distance.
 *
 * @param name the unknown name
 * @param known one name or more
 */
export function nearestName(name: string, known: readonly string[]): string {
  const distances = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }));
  return distances.reduce((best, next) => (next.distance < best.distance ? next : best)).candidate;
}

/** Levenshtein distance. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
