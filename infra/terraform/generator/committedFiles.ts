import { readFileSync } from 'node:fs';
import { type Block, hclText } from './hcl.ts';
import { observabilityBlocks } from './observability.ts';
import type { Variable } from './parameterVariable.ts';
import { settingsBlocks } from './settings.ts';
import { type VariableGroup, variableGroups } from './variables.ts';

const folder = 'infra/terraform';
const header = (source: string) =>
  `# Made by \`npm run templates\` from ${folder}/generator/${source}. Change it there.\n\n`;

/**
 * The files of the module that are made, by path, so that variables, settings, metrics and alarms have one source. A test
 * holds the files against this.
 */
export function committedFiles(): Record<string, string> {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  return {
    [`${folder}/variables.tf`]: header('variables.ts') + variablesText(),
    [`${folder}/settings.tf`]: header('settings.ts') + hclText(settingsBlocks),
    [`${folder}/observability.tf`]: header('observability.ts') + hclText(observabilityBlocks),
    [`${folder}/README.md`]: readme.replace(
      /(?<=<!-- Made by `npm run templates`: inputs -->\n\n)[\s\S]*?(?=\n<!-- end of inputs -->)/,
      () => variableGroups.map(inputsTable).join('\n'),
    ),
  };
}

function variablesText(): string {
  return variableGroups
    .map(({ title, variables }) => `# ${title}\n\n${hclText(variables.map(variableBlock))}`)
    .join('\n');
}

function variableBlock({
  name,
  description,
  type,
  default: preset,
  isNullable,
  validation,
}: Variable): Block {
  const isLong = type.includes('\n');
  const rest = { default: preset, nullable: isNullable ? undefined : 'false' };
  const about = { description: JSON.stringify(description) };
  return {
    header: `variable "${name}"`,
    attributes: isLong ? [about, { type }, rest] : [{ ...about, type, ...rest }],
    blocks: validation
      ? [
          {
            header: 'validation',
            attributes: [
              { condition: validation.condition, error_message: JSON.stringify(validation.message) },
            ],
          },
        ]
      : [],
  };
}

function inputsTable({ title, variables }: VariableGroup): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = variables.map(({ name, description, type, default: preset }) => {
    const shown = type.includes('\n') ? 'object({ bucket, key, version_id })' : type;
    return `| \`${name}\` | \`${shown}\` | ${preset === undefined ? 'required' : `\`${preset}\``} | ${cell(description)} |`;
  });
  return `### ${title}\n\n| name | type | default | description |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}
