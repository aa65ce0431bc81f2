import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runTool } from '../../../test/verify/runTool.ts';
import { root } from '../../../test/verify/tools.ts';

/** The folder of the construct's package, with a slash at its end. */
export const cdk = fileURLToPath(new URL('../', import.meta.url));

const name = 'approov-apigateway-authorizer-cdk';

/**
 * Packs the construct and unpacks it into the `node_modules` of another project, as `npm install` would.
 *
 * @param project folder of that project.
 */
export async function installConstruct(project: string): Promise<void> {
  const { stdout } = await runTool('npm', ['pack', '--silent', '--pack-destination', project], { cwd: cdk });
  const folder = `${project}/node_modules/${name}`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await runTool('tar', ['-xzf', `${project}/${stdout.trim()}`, '-C', folder, '--strip-components=1']);
}

/** A folder of this project's cache. */
export const cacheFolder = (folder: string) => `${root}.cache/${folder}`;
