import { indexSource, optionsSource } from '../cdk/build/optionsSource.ts';
import { attachTemplate } from './attach.ts';
import { observabilityTemplate } from './observability.ts';
import { exampleSecretId, standInPort } from './sam/exampleSecret.ts';
import { invocations } from './sam/invocations.ts';
import { samTemplate } from './sam/template.ts';
import { templateYaml } from './yaml.ts';

const header = (source: string) => `# Made by \`npm run templates\` from ${source}. Change it there.\n`;

const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;

/**
 * The templates, and what goes with them, that are in the repository, by path: made, so that settings, roles, metrics
 * and alarms have one source. A test holds the files against this.
 */
export function committedFiles(): Record<string, string> {
  return {
    'infra/cloudformation/sam/template.yaml': `${header('infra/cloudformation/sam/template.ts')}${templateYaml(samTemplate)}`,
    'infra/cloudformation/attach.yaml': `${header('infra/cloudformation/attach.ts')}${templateYaml(attachTemplate)}`,
    'infra/cloudformation/observability.yaml': `${header('infra/cloudformation/observability.ts')}${templateYaml(observabilityTemplate)}`,
    'infra/cdk/src/approovAuthorizerOptions.ts': optionsSource(),
    'infra/cdk/src/index.ts': indexSource(),
    'infra/cloudformation/sam/env.json': json({
      Parameters: {
        APPROOV_SECRET_ID: exampleSecretId,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://host.docker.internal:${standInPort}`,
      },
    }),
    ...Object.fromEntries(
      invocations().map(({ name, event }) => [`infra/cloudformation/sam/events/${name}.json`, json(event)]),
    ),
  };
}
