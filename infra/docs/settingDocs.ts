import { readFileSync } from 'node:fs';
import type { SettingName } from '../../src/config/settings.ts';

/** What the TSDoc of an option says. */
export interface SettingDoc {
  readonly description: string;
  /** Undefined: unset by default. */
  readonly defaultText: string | undefined;
}

/**
 * The one text about each setting: the TSDoc of its option, whose last sentence is `Default: ….` or `Required ….`, if the setting
 * has or needs a value.
 *
 * @returns by the option's name, in the order of the options
 */
export function settingDocs(): Readonly<Record<SettingName, SettingDoc>> {
  const source = readFileSync(new URL('../../src/api/options.ts', import.meta.url), 'utf8');
  const options = source.matchAll(/^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}readonly (\w+)\?:/gm);
  const docs = [...options].map(([, comment = '', name]) => [name, docOf(comment)]);
  return Object.fromEntries(docs);
}

function docOf(comment: string): SettingDoc {
  const text = comment.replace(/\n \s*\* ?/g, ' ').trim();
  const [, description = text, value, need] = /^(.*?)(?: Default: (.+)\.| (Required .+)\.)$/.exec(text) ?? [];
  return { description, defaultText: value ?? need?.replace('Required', 'required') };
}
