import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/**
 * Builds the artifact with its own build.
 *
 * @returns the bundle's file, and the file that lists its modules.
 */
export function buildArtifact(): { file: string; metafile: string } {
  execFileSync(process.execPath, [path('infra/build/build.ts')], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { file: path('dist/authorizer/index.cjs'), metafile: path('dist/authorizer/meta.json') };
}
