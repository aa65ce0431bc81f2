import { observabilityYaml } from './observability.ts';

/**
 * The files that are made from the tables of infra/stack and are in the repository, by path, except for Terraform's. A test
 * compares them with this.
 */
export function committedFiles(): Record<string, string> {
  return {
    'infra/cloudformation/observability.yaml': `# Made by \`npm run templates\` from infra/cloudformation/observability.ts. Change it there.\n${observabilityYaml()}`,
  };
}
