import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { runTool, type ToolResult } from './runTool.ts';
import { providerSchema } from './terraform/providerSchema.ts';
import { install, offline, pythonTool, root } from './tools.ts';

const cache = `${root}.cache/`;
const sources = `${root}test/verify/terraform/`;
const tflintVersion = 'v0.64.0';

/** The AWS provider's bindings, which hold its schema. */
const bindings = `${cache}terraform-provider/`;

/** Where the module is. */
export const terraformModule = `${root}infra/terraform/`;

/** The linter, once {@link installTflint} has built it. */
export const tflint = `${cache}tflint/tflint`;

/** Installs what the stand-in provider's schema is derived from. */
export async function installProviderBindings(): Promise<string> {
  const lock = await readFile(`${sources}package-lock.json`, 'utf8');
  return install(bindings, lock, async () => {
    await mkdir(bindings, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) await cp(sources + file, bindings + file);
    const flags = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];
    await runTool('npm', ['ci', ...flags], { cwd: bindings });
  });
}

/** Builds TFLint from its Go module. */
export async function installTflint(): Promise<string> {
  return install(`${cache}tflint`, tflintVersion, async () => {
    await mkdir(`${cache}tflint`, { recursive: true });
    await runTool('go', ['install', `github.com/terraform-linters/tflint@${tflintVersion}`], {
      env: { GOBIN: `${cache}tflint` },
      timeout: 900_000,
    });
  });
}

/** A running stand-in provider. */
export interface StandInProvider {
  /** Version of the AWS provider whose schema it serves. */
  readonly version: string;
  /**
   * Runs a command of Terraform with it.
   *
   * @throws Error with Terraform's output when the command fails.
   */
  terraform(folder: string, command: string, ...args: readonly string[]): Promise<ToolResult>;
  stop(): Promise<void>;
}

/**
 * Starts a stand-in for the AWS provider: the real one's schema, and AWS's calls made to an endpoint.
 *
 * @param endpoint of the AWS APIs.
 */
export async function startStandInProvider(endpoint: string): Promise<StandInProvider> {
  const generated = `${cache}terraform-plugin`;
  await mkdir(generated, { recursive: true });
  const protoc = ['-m', 'grpc_tools.protoc', `-I${sources}`, `--python_out=${generated}`];
  await runTool(pythonTool('python'), [...protoc, `--grpc_python_out=${generated}`, 'plugin.proto']);
  const schema = await providerSchema(`${bindings}node_modules/@cdktn/provider-aws`, await servedNames());
  await writeFile(`${generated}/schema.json`, JSON.stringify(schema));
  const child = spawn(
    pythonTool('python'),
    [`${root}test/verify/python/terraform_provider.py`, `${generated}/schema.json`, generated],
    { env: { ...process.env, ...offline, AWS_ENDPOINT_URL: endpoint }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  const [reattach] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the stand-in provider ended with ${code}`);
    }),
  ]);
  return {
    version: schema.version,
    terraform: (folder, command, ...args) =>
      runTerraform(folder, [command, ...args], { TF_REATTACH_PROVIDERS: reattach }),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, 'exit');
      }
    },
  };
}

/** Runs a command of Terraform's core without any provider. */
export function runTerraform(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ToolResult> {
  return runTool(pythonTool('python'), [`${root}test/verify/python/terraform.py`, folder, ...args], {
    env: {
      ...offline,
      ...env,
      TF_CLI_CONFIG_FILE: '/dev/null',
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
    },
  });
}

/** Names of the resources and data sources that the stand-in has calls for. */
async function servedNames(): Promise<{ resources: string[]; data: string[] }> {
  const script = 'import json, terraform_resources as r; print(json.dumps([[*r.RESOURCES], [*r.DATA]]))';
  const { stdout } = await runTool(pythonTool('python'), ['-c', script], {
    cwd: `${root}test/verify/python`,
  });
  const [resources, data] = JSON.parse(stdout);
  return { resources, data };
}
