import { isReservedContextKey } from '../answer/context.ts';
import { ConfigurationError } from '../errors.ts';
import type { KeySetOrigin } from '../keys/keySetCache.ts';
import type { MessageSigningSettings } from '../messageSigning/messageSigningSettings.ts';
import { type AsymmetricAlgorithm, asymmetricOf } from '../token/algorithms.ts';
import type { BindingRules } from '../token/binding.ts';
import type { UserSettings } from '../user/userSettings.ts';
import { contradictions } from './contradictions.ts';
import { readValue, ruleSentence } from './rules.ts';
import {
  type RawSettings,
  type Setting,
  type SettingName,
  settings,
  type UserSetting,
  type Values,
} from './settings.ts';
import { userSettingsOf } from './userSettings.ts';

/**
 * The whole configuration, checked. Times in seconds.
 *
 * @internal
 */
export interface Config
  extends Omit<
    Values,
    'binding' | 'bindingHeaders' | 'messageSigning' | SigningSetting | KeysetSetting | UserSetting
  > {
  /** undefined: no asymmetric algorithm is allowed */
  readonly keyset: KeysetSettings | undefined;
  readonly binding: BindingRules;
  /** Undefined: off. */
  readonly messageSigning: MessageSigningSettings | undefined;
  /** undefined: users are not checked */
  readonly user: UserSettings | undefined;
}

/**
 * Where Approov's public keys come from, and which algorithms they are for.
 *
 * @internal
 */
export interface KeysetSettings {
  readonly origin: KeySetOrigin;
  readonly algorithms: readonly AsymmetricAlgorithm[];
  readonly ttlSeconds: number;
  readonly maxStaleSeconds: number;
}

/** The settings that become part of `keyset`. */
type KeysetSetting = 'keysetJwksUri' | 'keysetJwks' | 'keysetTtlSeconds' | 'keysetMaxStaleSeconds';

/** The settings that become part of `messageSigning`. */
type SigningSetting =
  | 'messageSigningWithoutKey'
  | 'signatureComponents'
  | 'signatureMaxAgeSeconds'
  | 'publicOrigin'
  | 'publicBasePath';

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
  problems.push(...contradictions(raw, checked).map(([name, rule]) => `${nameOf(name)} ${rule}`));
  if (problems.length > 0) throw new ConfigurationError(`Invalid configuration: ${problems.join('; ')}`);

  const config = configOf(checked);
  return { config, warnings: warnings(config, nameOf) };
}

function configOf(values: Values): Config {
  const { bindingHeaders = [], messageSigning, messageSigningWithoutKey, ...rest } = values;
  const { signatureComponents, signatureMaxAgeSeconds, publicOrigin, publicBasePath, ...more } = rest;
  const { keysetJwksUri, keysetJwks, keysetTtlSeconds, keysetMaxStaleSeconds, ...mixed } = more;
  const others = Object.fromEntries(
    Object.entries(mixed).filter(([name]) => !name.startsWith('user')),
  ) as Omit<typeof mixed, UserSetting>;
  const asymmetric = asymmetricOf(values.algorithms);
  const bindingMode = values.binding ?? (bindingHeaders.length > 0 ? 'required' : 'off');
  const signing: MessageSigningSettings | undefined =
    messageSigning === 'off'
      ? undefined
      : {
          mode: messageSigning,
          withoutKey: messageSigningWithoutKey,
          requiredComponents: signatureComponents.map((name) => name.toLowerCase()),
          maxAgeSeconds: signatureMaxAgeSeconds,
          clockToleranceSeconds: values.clockToleranceSeconds,
          publicOrigin,
          publicBasePath,
          tokenHeader: values.tokenHeader,
          bindingOn: bindingMode !== 'off',
        };
  return {
    ...others,
    keyset:
      asymmetric.length === 0
        ? undefined
        : {
            origin: keysetJwksUri === undefined ? { text: keysetJwks as string } : { uri: keysetJwksUri },
            algorithms: asymmetric,
            ttlSeconds: keysetTtlSeconds,
            maxStaleSeconds: keysetMaxStaleSeconds,
          },
    binding: { mode: bindingMode, headers: bindingHeaders },
    messageSigning: signing,
    user: userSettingsOf(values),
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
    if (config.user?.contextClaims.includes(name) === false) {
      found.push(
        `${nameOf('userContextClaims')} leaves out ${name}: readUserClaims will refuse every request`,
      );
    }
  }
  return found;
}
