import { ruleSentence } from '../../src/config/rules.ts';
import { type SettingName, settings } from '../../src/config/settings.ts';
import { settingDocs } from './settingDocs.ts';

/**
 * docs/configuration.md with its tables made anew. Below each heading `<!-- settings from NAME -->` stands for a table of the
 * settings from the named one to the next table's first, in the order of the options.
 *
 * @param page the text of the page
 */
export function configurationPage(page: string): string {
  const names = Object.keys(settingDocs()) as SettingName[];
  const marker = /<!-- settings from (\w+) -->\n(?:\|.*\n)*/g;
  const firsts = [...page.matchAll(marker)].map(([, name]) => names.indexOf(name as SettingName));
  let table = 0;
  return page.replace(marker, (_, name: string) => {
    const rows = names.slice(firsts[table], firsts[table + 1]).map(rowOf);
    table += 1;
    return [
      `<!-- settings from ${name} -->`,
      '| variable, option | default | rule | meaning |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
}

function rowOf(name: SettingName): string {
  const { variable, rule } = settings[name];
  const { description, defaultText = 'unset' } = settingDocs()[name];
  const cells = [
    `\`${variable}\`<br>\`${name}\``,
    withVariables(defaultText),
    ruleSentence(rule),
    described(description),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The description with variables for options, and links to other pages. */
function described(description: string): string {
  return withVariables(description).replace(/\bdocs\/([\w-]+\.md(#[\w-]+)?)/g, '[$1]($1)');
}

function withVariables(text: string): string {
  return text.replace(/`(\w+)`/g, (quoted, name: string) =>
    Object.hasOwn(settings, name) ? `\`${settings[name as SettingName].variable}\`` : quoted,
  );
}
