import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { unsetWord } from '../../src/config/readEnvironment.ts';
import { type Setting, settings } from '../../src/config/settings.ts';
import { observabilityYaml } from './observability.ts';

/**
 * The files that are made from the tables, or hold something that is, and are in the repository, by path, except for Terraform's.
 * A test compares them with this.
 */
export function committedFiles(): Record<string, string> {
  return {
    'infra/cloudformation/observability.yaml': `# Made by \`npm run templates\` from infra/cloudformation/observability.ts. Change it there.\n${observabilityYaml()}`,
    'infra/cloudformation/attach.yaml': withSettingComments(read('attach.yaml')),
    'infra/cloudformation/sam/template.yaml': withSettingComments(read('sam/template.yaml')),
  };
}

/**
 * A hand-written template whose `Environment` has a comment for each setting that is no variable in it: `# APPROOV_…:` and the default.
 * A note after the default stays.
 */
function withSettingComments(template: string): string {
  const comment = ({ variable }: Setting) => `          # ${variable}: `;
  return template.replace(/(?: {10}# APPROOV_\w+: .*\n)+/, (comments) =>
    Object.values<Setting>(settings)
      .filter(({ variable }) => !template.includes(`\n          ${variable}: `))
      .map((setting) => {
        const line = comments.split('\n').find((old) => old.startsWith(comment(setting))) ?? '';
        const [note = ''] = / #(?! APPROOV_).*$/.exec(line) ?? [];
        return `${comment(setting)}${defaultOf(setting)}${note}\n`;
      })
      .join(''),
  );
}

function defaultOf({ defaultValue = unsetWord }: Setting): string {
  const value = Array.isArray(defaultValue) ? defaultValue.join() : defaultValue;
  return stringify(value, { version: '1.1' }).trim();
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
