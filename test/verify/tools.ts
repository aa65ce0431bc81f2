import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runTool } from './runTool.ts';

/** The project's folder, with a trailing slash. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const cache = `${root}.cache/`;
const venv = `${cache}verify-venv`;
const runtimeClientVersion = '4.0.2';

/** Path of a program in the virtual environment. */
export const pythonTool = (name: string) => `${venv}/bin/${name}`;

/** Variables that keep AWS's tools from calling any service. */
export const offline = {
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_EC2_METADATA_DISABLED: 'true',
  SAM_CLI_TELEMETRY: '0',
  SLS_TELEMETRY_DISABLED: '1',
} as const;

/** Installs the tools of requirements.txt in a virtual environment, unless these versions are installed. */
export const installPythonTools = () => installPython(venv, 'requirements.txt');

/** The Python with ministack, which has a virtual environment of its own. */
export const ministackPython = `${cache}ministack-venv/bin/python`;

/** Installs ministack for {@link ministackPython}, unless this version is installed. */
export const installMinistack = () => installPython(`${cache}ministack-venv`, 'ministack.txt');

/** checkov, which has a virtual environment of its own. */
export const checkov = `${cache}checkov-venv/bin/checkov`;

/** Installs {@link checkov}, unless this version is installed. */
export const installCheckov = () => installPython(`${cache}checkov-venv`, 'checkov.txt');

/** The Python that runs the second implementation of `test/oracle`. */
export const oraclePython = `${cache}oracle-venv/bin/python`;

/** Installs the libraries of {@link oraclePython}, unless these versions are installed. */
export const installOracle = () => installPython(`${cache}oracle-venv`, '../../oracle/requirements.txt');

async function installPython(folder: string, requirements: string): Promise<string> {
  const file = `${root}test/verify/python/${requirements}`;
  const stamp = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return install(folder, stamp, async () => {
    await runTool('python3', ['-m', 'venv', '--clear', folder]);
    await runTool(`${folder}/bin/pip`, ['install', '--quiet', '-r', file]);
  });
}

/** AWS's own runtime client for Node.js, which speaks Lambda's protocol inside a container of `sam local invoke`. */
export const runtimeClient = `${cache}runtime-client/node_modules/aws-lambda-ric/index.mjs`;

/** Installs {@link runtimeClient}, a part of which is built with cmake and a C++ compiler. */
export async function installRuntimeClient(): Promise<string> {
  const folder = `${cache}runtime-client`;
  return install(folder, runtimeClientVersion, async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/package.json`, '{ "private": true }\n');
    const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
    await runTool('npm', ['install', ...flags, `aws-lambda-ric@${runtimeClientVersion}`], { cwd: folder });
    if (!existsSync(runtimeClient)) {
      throw new Error(
        `aws-lambda-ric@${runtimeClientVersion} was not built: are cmake and a C++ compiler installed?`,
      );
    }
  });
}

/** Makes a folder, unless it was made with the same stamp. */
export async function install(folder: string, stamp: string, make: () => Promise<void>): Promise<string> {
  const stampFile = `${folder}/.complete`;
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) {
    return 'already installed';
  }
  await make();
  await writeFile(stampFile, stamp);
  return 'installed';
}
