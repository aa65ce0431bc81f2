import { type Rule, ruleSentence } from '../../../src/config/rules.ts';
import { type Setting, type SettingName, settings } from '../../../src/config/settings.ts';
import { settingDocs } from '../../docs/settingDocs.ts';

/**
 * Source of `ApproovSettings`: every setting as `createAuthorizer` takes it, but for the two secrets, which are properties of the
 * construct. jsii allows no unions of texts, so a choice is a `string`; `cdk synth` checks it.
 */
export function settingsSource(): string {
  const names = (Object.keys(settingDocs()) as SettingName[]).filter(
    (name) => name !== 'secretId' && name !== 'accountKeyId',
  );
  return `// Made by \`npm run build:cdk\` from src/api/options.ts and src/config/settings.ts.

/** The settings of the authorizer, by the names and the rules of \`createAuthorizer\`. Times are in whole seconds. */
export interface ApproovSettings {
${names.map(memberSource).join('\n\n')}
}
`;
}

function memberSource(name: SettingName): string {
  const { rule } = settings[name];
  const lines = [
    settingDocs()[name].description,
    'listOf' in rule ? `Each must be ${ruleSentence(rule.listOf)}.` : `It must be ${ruleSentence(rule)}.`,
    '',
    `@default ${defaultOf(name)}`,
  ];
  return [
    '  /**',
    ...lines.map((line) => `   * ${line}`.trimEnd()),
    '   */',
    `  readonly ${name}?: ${typeOf(rule)};`,
  ].join('\n');
}

function typeOf(rule: Rule): 'string' | 'number' | 'string[]' {
  if ('listOf' in rule) return 'string[]';
  return 'from' in rule ? 'number' : 'string';
}

/** The default as code. What follows from other settings is in words, after a hyphen as in CDK's own documentation. */
function defaultOf(name: SettingName): string {
  // Every stack refuses with a Deny.
  const preset = name === 'denial' ? 'policy' : (settings[name] as Setting).defaultValue;
  if (preset === undefined) return `- ${settingDocs()[name].defaultText ?? 'unset'}`;
  if (Array.isArray(preset)) return `[${preset.map((item) => `'${item}'`).join(', ')}]`;
  return typeof preset === 'string' ? `'${preset}'` : String(preset);
}
