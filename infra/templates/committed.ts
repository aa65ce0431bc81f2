import { attachTemplate } from '../attach/template.ts';
import { samTemplate } from '../sam/template.ts';
import { toYaml } from './yaml.ts';

const header = (source: string) =>
  `# Made by \`npm run templates\` from ${source}, which says why. Change it there.\n`;

/**
 * The templates that are in the repository, by path: made, so that settings, roles, metrics and alarms have one source.
 * A test holds the files against this.
 */
export function committedTemplates(): Record<string, string> {
  return {
    'infra/sam/template.yaml': `${header('infra/sam/template.ts')}${toYaml(samTemplate())}`,
    'infra/attach/template.yaml': `${header('infra/attach/template.ts')}${toYaml(attachTemplate())}`,
  };
}
