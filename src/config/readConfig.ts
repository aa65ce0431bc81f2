import type { MessageSigningSettings } from '../messageSigning/messageSigningSettings.ts';
import { isReservedContextKey } from '../policy/context.ts';
import type { BindingRules } from '../token/checkBinding.ts';
import { nearestName } from './nearestName.ts';
import { type Setting, type SettingName, settings } from './settings.ts';

/** The settings as given: text by name, undefined when unset. */
export type RawSettings = Readonly<Partial<Record<SettingName, string | undefined>>>;

type Values = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends Setting<infer Value, infer Default>
    ? Value | Default
    : never;
};

/** The whole configuration, checked. Times in seconds. */
export interface Config
  extends Omit<Values, 'secretId' | 'binding' | 'bindingHeaders' | 'messageSigning' | SigningSetting> {
  readonly secretId: string;
  readonly binding: BindingRules;
  /** Undefined: off. */
  readonly messageSigning: MessageSigningSettings | undefined;
}

/** The settings that become part of `messageSigning`. */
type SigningSetting =
  | 'messageSigningWithoutKey'
  | 'signatureComponents'
  | 'signatureMaxAgeSeconds'
  | 'publicOrigin'
  | 'publicBasePath';

/**
 * The configuration is wrong: the operator has to correct it before any request is answered. The message quotes no
 * value.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** A checked configuration, and the warnings about it. */
export interface ReadConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/**
 * Checks the settings against their rules and against each other.
 *
 * @param given the settings; inherited properties do not count
 * @param nameOf the name of a setting in the errors
 * @throws ConfigurationError one error for all that is wrong, which names each setting and its rule
 */
export function readConfig(given: RawSettings, nameOf: (name: SettingName) => string): ReadConfig {
  const raw: RawSettings = Object.assign(Object.create(null), given);
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { rule, defaultValue }] of Object.entries(settings) as [
    SettingName,
    Setting<unknown, unknown>,
  ][]) {
    const text = raw[name];
    values[name] = text === undefined ? defaultValue : rule.parse(text);
    if (text !== undefined && values[name] === undefined)
      problems.push(`${nameOf(name)} must be ${rule.expects}`);
  }
  const checked = values as Values;
  problems.push(...contradictions(raw, checked).map(([name, rule]) => `${nameOf(name)} ${rule}`));
  if (problems.length > 0) throw new ConfigurationError(`Invalid configuration: ${problems.join('; ')}`);

  const config = configOf(checked);
  return { config, warnings: warnings(config, nameOf) };
}

function configOf(values: Values): Config {
  const { bindingHeaders = [], messageSigning, messageSigningWithoutKey, ...rest } = values;
  const { signatureComponents, signatureMaxAgeSeconds, publicOrigin, publicBasePath, ...others } = rest;
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
    secretId: values.secretId as string,
    binding: { mode: bindingMode, headers: bindingHeaders },
    messageSigning: signing,
  };
}

function contradictions(raw: RawSettings, values: Values): [name: SettingName, rule: string][] {
  const found: [SettingName, string][] = [];
  if (raw.secretId === undefined) found.push(['secretId', `is required: ${settings.secretId.rule.expects}`]);
  if (
    (values.binding === 'required' || values.binding === 'if-present') &&
    raw.bindingHeaders === undefined
  ) {
    found.push(['binding', 'asks for token binding, but no binding headers are set']);
  }
  if (values.bindingHeaders?.some((name) => name.toLowerCase() === values.tokenHeader?.toLowerCase())) {
    found.push(['bindingHeaders', 'must not name the header of the token itself']);
  }
  if (values.messageSigning === 'account' && raw.accountKeyId === undefined) {
    found.push([
      'accountKeyId',
      `is required for account message signing: ${settings.accountKeyId.rule.expects}`,
    ]);
  }
  return found;
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
  return found;
}

/**
 * Warns of variables that look like settings but are not.
 *
 * @param variables names of environment variables
 */
export function unknownVariableWarnings(variables: readonly string[]): string[] {
  const known = Object.values(settings).map(({ variable }) => variable);
  return variables
    .filter((name) => name.startsWith('APPROOV_') && !known.includes(name))
    .map(
      (name) =>
        `unknown variable ${name.slice(0, 128)} is ignored: did you mean ${nearestName(name, known)}?`,
    );
}
