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
 * The authorizer as `sam local invoke` would run it after {@link buildSam}. The SAM CLI's own code reads it from the built
 * template and env.json.
 *
 * @param standIn endpoint of the Secrets Manager stand-in, instead of the one that is valid inside a container
 */
export async function samAuthorizer(standIn: string): Promise<SamLocalFunction> {
  const script = `${root}test/verify/python/sam_environment.py`;
  const args = [script, '.aws-sam/build/template.yaml', 'env.json'];
  const { stdout } = await runTool(pythonTool('python'), args, { cwd: samFolder });
  const { codeUri, environment } = JSON.parse(stdout).AuthorizerFunction;
  return {
    folder: `${samFolder}${codeUri}`,
    environment: { ...environment, AWS_ENDPOINT_URL_SECRETS_MANAGER: standIn },
  };
}
