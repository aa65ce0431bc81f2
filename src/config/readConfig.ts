import { isReservedContextKey } from '../answer/context.ts';
import { ConfigurationError } from '../errors.ts';
import { isCognitoIssuer } from '../user/userSettings.ts';
import { contradictions } from './contradictions.ts';
import { readValue, ruleSentence } from './rules.ts';
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
  const contextClaims = nameOf('contextClaims');
  const reserved = config.contextClaims.filter(isReservedContextKey);
  const found = reserved.map(
    (name) => `${contextClaims} names ${name}, which is never handed to the backend: left out`,
  );
  if (!config.contextClaims.includes('exp')) {
    found.push(`${contextClaims} leaves out exp: readApproovContext will refuse every request`);
  }
  for (const name of ['sub', 'exp']) {
    if (!config.userContextClaims.includes(name)) {
      found.push(
        `${nameOf('userContextClaims')} leaves out ${name}: readUserClaims will refuse every request`,
      );
    }
  }
  return found;
}
