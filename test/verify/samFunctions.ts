import { rm } from 'node:fs/promises';
import { runTool } from './runTool.ts';
import { offline, pythonTool, root } from './tools.ts';

/** A function as `sam local invoke` would run it. */
export interface SamLocalFunction {
  /** Folder of the built package. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Folder of the SAM template. */
export const samFolder = `${root}infra/cloudformation/sam/`;

/** Where `sam build` writes. */
export const samOutput = `${samFolder}.aws-sam/build`;

/** Runs `sam build`, without any earlier output. */
export async function buildSam(): Promise<void> {
  await rm(samOutput, { recursive: true, force: true });
  await runTool(pythonTool('sam'), ['build'], { cwd: samFolder, env: offline });
}

/**
 * What `sam local invoke` would run after {@link buildSam}. The SAM CLI's own code reads it from the built template and
 * env.json.
 *
 * @param standIn endpoint of the Secrets Manager stand-in, in place of the one that is valid inside a container.
 */
export async function samFunctions(standIn: string): Promise<Readonly<Record<string, SamLocalFunction>>> {
  const script = `${root}test/verify/python/sam_environment.py`;
  const args = [script, '.aws-sam/build/template.yaml', 'env.json'];
  const { stdout } = await runTool(pythonTool('python'), args, { cwd: samFolder });
  const functions = JSON.parse(stdout) as Record<
    string,
    { codeUri: string; environment: Record<string, string> }
  >;
  return Object.fromEntries(
    Object.entries(functions).map(([id, { codeUri, environment }]) => [
      id,
      {
        folder: `${samFolder}${codeUri}`,
        environment: { ...environment, AWS_ENDPOINT_URL_SECRETS_MANAGER: standIn },
      },
    ]),
  );
}
