import { readFile, rm } from 'node:fs/promises';
import { runTool } from './runTool.ts';
import { offline, root } from './tools.ts';

/** A resource of a CloudFormation template. */
export interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the type's, and the tests assert on it
  readonly Properties: Record<string, any>;
}

/** A compiled template. */
export interface ServerlessTemplate {
  /** Path of the compiled CloudFormation template. */
  readonly file: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  /** Resources of one type, with their logical ids. */
  ofType(type: string): readonly (TemplateResource & { readonly id: string })[];
}

/**
 * Runs `serverless package`, which needs no account.
 *
 * @param name of the output folder.
 * @param parameters of the stage.
 * @throws Error with the message of Serverless when it refuses.
 */
export async function packageServerless(
  name: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<ServerlessTemplate> {
  const folder = `.cache/serverless-${name}`;
  await rm(`${root}${folder}`, { recursive: true, force: true });
  const flags = Object.entries(parameters).map(([key, value]) => `--param=${key}=${value}`);
  await runTool(`${root}node_modules/.bin/serverless`, ['package', '--package', folder, ...flags], {
    cwd: root,
    env: offline,
  });
  const file = `${root}${folder}/cloudformation-template-update-stack.json`;
  const { Resources } = JSON.parse(await readFile(file, 'utf8')) as {
    Resources: Record<string, TemplateResource>;
  };
  return {
    file,
    resources: Resources,
    ofType: (type) =>
      Object.entries(Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([id, resource]) => ({ id, ...resource })),
  };
}
