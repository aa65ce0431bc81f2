import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DockerEngine } from './dockerEngine.ts';
import { runTool } from './runTool.ts';
import { runtimeClient } from './tools.ts';

/** As SAM names a processor's architecture. */
const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

/** The name by which SAM looks for AWS's image of the Node.js 24 runtime. */
const image = `public.ecr.aws/lambda/nodejs:24-${architecture}`;

/** What the real image runs: the runtime client, told the handler. */
const bootstrap = `#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_nodejs24.x
export NODE_PATH=/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task
exec /var/lang/bin/node /var/runtime/index.mjs "$_HANDLER"
`;

/**
 * Puts a stand-in for AWS's image of the Node.js 24 runtime into a private engine, made of the Node.js and the runtime
 * client of this project and what they load. Nothing is pulled from a registry.
 *
 * @throws TypeError for an engine that is not private: a real image is never replaced.
 */
export async function importLambdaImage(engine: DockerEngine): Promise<void> {
  if (!engine.isPrivate) {
    throw new TypeError('the stand-in image goes into a private engine alone');
  }
  const folder = await mkdtemp(join(tmpdir(), 'lambda-image-'));
  try {
    const files = `${folder}/files`;
    await layOut(files);
    const archive = `${folder}/files.tar`;
    await runTool('tar', ['-C', files, '--numeric-owner', '--owner=0', '--group=0', '-cf', archive, '.']);
    const changes = [
      'ENV PATH=/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin',
      'ENV LAMBDA_TASK_ROOT=/var/task',
      'ENV LAMBDA_RUNTIME_DIR=/var/runtime',
      'ENV TZ=:/etc/localtime',
      'WORKDIR /var/task',
    ].flatMap((change) => ['--change', change]);
    await runTool('docker', ['import', ...changes, archive, image], { env: engine.environment });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function layOut(files: string): Promise<void> {
  for (const folder of ['tmp', 'opt', 'proc', 'sys', 'dev', 'etc', 'var/task', 'var/runtime']) {
    await mkdir(`${files}/${folder}`, { recursive: true, mode: folder === 'tmp' ? 0o1777 : 0o755 });
  }
  const client = dirname(runtimeClient);
  await put(process.execPath, `${files}/var/lang/bin/node`, files);
  await put(`${client}/rapid-client.node`, `${files}/var/runtime/rapid-client.node`, files);
  await copyFile(runtimeClient, `${files}/var/runtime/index.mjs`);
  await writeFile(`${files}/var/runtime/bootstrap`, bootstrap, { mode: 0o755 });
  // SAM adds its emulator to the image with a shell, mv and chmod.
  for (const tool of ['sh', 'mv', 'chmod']) {
    const { stdout } = await runTool('which', [tool]);
    await put(stdout.trim(), `${files}/bin/${tool}`, files);
  }
  await writeFile(`${files}/etc/passwd`, 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(`${files}/etc/nsswitch.conf`, 'hosts: files dns\n');
}

/** Copies a program or library, and each library that it loads to the path where it is found. */
async function put(source: string, target: string, files: string): Promise<void> {
  // ldd fails for a program that loads none.
  const { stdout } = await runTool('ldd', [source]).catch(() => ({ stdout: '' }));
  const libraries = stdout.match(/\/\S+\.so\S*/g) ?? [];
  for (const [from, to] of [[source, target], ...libraries.map((path) => [path, files + path])] as const) {
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
  }
}
