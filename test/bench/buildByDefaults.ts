import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Subject, type SubjectName, subjectOf } from './subject.ts';

/** This project with the SDK's client. */
export const sdkClient = {
  name: 'esbuild-defaults',
  title: 'the same on the SDK client, esbuild defaults',
  kind: 'rival',
  entry: 'test/bench/rivals/sdk-client.ts',
} as const;

/**
 * Bundles an authorizer as most people would: `esbuild --bundle --minify --platform=node` and nothing else.
 *
 * @param directory where the bundle goes.
 * @param env variables of its own.
 */
export async function buildByDefaults(
  directory: string,
  { entry, ...subject }: SubjectName & { entry: string },
  env: Subject['env'] = {},
): Promise<Subject> {
  const entryPoint = fileURLToPath(new URL(`../../${entry}`, import.meta.url));
  const outfile = join(directory, subject.name, 'index.cjs');
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    logLevel: 'error',
  });
  return subjectOf(subject, outfile, env);
}
