import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runTool } from './runTool.ts';

/** The project's folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const cache = `${root}.cache/`;
const venv = `${cache}verify-venv`;
const runtimeClientVersion = '4.0.2';

/** Path of a program of the virtual environment. */
export const pythonTool = (name: string) => `${venv}/bin/${name}`;

/** The environment in which AWS's tools ask nobody for anything. */
export const offline = {
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_EC2_METADATA_DISABLED: 'true',
  SAM_CLI_TELEMETRY: '0',
  SLS_TELEMETRY_DISABLED: '1',
} as const;

/** Makes the virtual environment with the tools of requirements.txt, unless it is there for just these versions. */
export async function installPythonTools(): Promise<string> {
  const requirements = `${root}test/verify/python/requirements.txt`;
  const stamp = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  return install(venv, stamp, async () => {
    await runTool('python3', ['-m', 'venv', '--clear', venv]);
    await runTool(pythonTool('pip'), ['install', '--quiet', '-r', requirements]);
  });
}

/** AWS's own runtime client for Node.js: what speaks Lambda's protocol inside a container of `sam local invoke`. */
export const runtimeClient = `${cache}runtime-client/node_modules/aws-lambda-ric/index.mjs`;

/** Installs {@link runtimeClient}, which builds a part of itself with cmake and a C++ compiler. */
export async function installRuntimeClient(): Promise<string> {
  const folder = `${cache}runtime-client`;
  return install(folder, runtimeClientVersion, async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/package.json`, '{ "private": true }\n');
    const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
    await runTool('npm', ['install', ...flags, `aws-lambda-ric@${runtimeClientVersion}`], { cwd: folder });
    if (!existsSync(runtimeClient)) {
      throw new Error(
        `aws-lambda-ric@${runtimeClientVersion} was not built: are cmake and a C++ compiler there?`,
      );
    }
  });
}

async function install(folder: string, stamp: string, make: () => Promise<void>): Promise<string> {
  const stampFile = `${folder}/.complete`;
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) {
    return 'there already';
  }
  await make();
  await writeFile(stampFile, stamp);
  return 'installed';
}
