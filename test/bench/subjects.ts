import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { zipSize } from './zipSize.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rivals = join(root, 'test/bench/rivals');

/** Something that is measured. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  /** The bundle that is loaded. */
  readonly file: string;
  readonly bundleBytes: number;
  readonly zipBytes: number;
  /** Environment variables of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** `reference`: no complete authorizer, measured for warm decisions alone. */
  readonly kind: 'ours' | 'rival' | 'limit' | 'reference';
}

const sources = [
  { name: 'powertools', title: 'Powertools parameters + jose', kind: 'rival' },
  { name: 'middy', title: 'middy + jsonwebtoken', kind: 'rival' },
  { name: 'approov-sample', title: 'Approov sample style', kind: 'rival' },
  { name: 'limit', title: 'the limit: hand-signed', kind: 'limit' },
  { name: 'bare-jose', title: 'bare jose.jwtVerify', kind: 'reference' },
] as const;

/**
 * Builds everything that is measured: the artifact with its own build, the rivals as most people would, with
 * `esbuild --bundle --minify --platform=node` and nothing else.
 *
 * @param directory - where the rivals' bundles go
 */
export async function buildSubjects(directory: string): Promise<Subject[]> {
  execFileSync(process.execPath, [join(root, 'infra/build.ts')], { stdio: 'inherit' });
  installRivals();
  const subjects = [ours(root, 'ours', {})];
  subjects.push({
    ...ours(root, 'ours-silent', { APPROOV_LOG_LEVEL: 'silent' }),
    title: 'this project, log silent',
  });
  const entries = sources.map((source) => ({ ...source, entry: join(rivals, `${source.name}.mjs`) }));
  const defaults = {
    name: 'esbuild-defaults',
    title: 'this project, esbuild defaults',
    kind: 'rival',
  } as const;
  for (const { entry, ...subject } of [
    { ...defaults, entry: join(root, 'src/handlers/authorizer.ts') },
    ...entries,
  ]) {
    const outfile = join(directory, subject.name, 'index.cjs');
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      minify: true,
      platform: 'node',
      logLevel: 'error',
    });
    subjects.push({ ...subject, ...sizes(outfile), env: {} });
  }
  return subjects;
}

function ours(projectRoot: string, name: string, env: Record<string, string>): Subject {
  const built = ['index.cjs', 'index.mjs']
    .map((file) => join(projectRoot, 'dist/authorizer', file))
    .find(existsSync);
  if (built === undefined) throw new Error('the build wrote no dist/authorizer/index.cjs or .mjs');
  return { name, title: 'this project', kind: 'ours', env, ...sizes(built) };
}

function sizes(file: string) {
  const content = readFileSync(file);
  return { file, bundleBytes: content.length, zipBytes: zipSize('index.cjs', content) };
}

function installRivals(): void {
  if (existsSync(join(rivals, 'node_modules/.package-lock.json'))) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: rivals,
    stdio: 'inherit',
  });
}
