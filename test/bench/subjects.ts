import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildArtifact } from './buildArtifact.ts';
import { buildByDefaults, sdkClient } from './buildByDefaults.ts';
import type { Stand } from './stand.ts';
import { type Subject, subjectOf } from './subject.ts';

const ours = { name: 'ours', title: 'this project', kind: 'ours' } as const;
const rivals = 'test/bench/rivals';
/** Powertools' parameters with jose. */
export const powertools = {
  name: 'powertools',
  title: 'Powertools + jose',
  kind: 'rival',
  entry: `${rivals}/powertools.mjs`,
} as const;
const builtByDefaults = [
  {
    name: 'own-defaults',
    title: 'the same source, esbuild defaults',
    kind: 'rival',
    entry: 'src/handlers/authorizer.ts',
  },
  sdkClient,
  powertools,
  { name: 'middy', title: 'middy + jsonwebtoken', kind: 'rival', entry: `${rivals}/middy.mjs` },
  {
    name: 'approov-sample',
    title: "Approov's samples' way",
    kind: 'rival',
    entry: `${rivals}/approov-sample.mjs`,
  },
  { name: 'limit', title: 'the limit: hand-signed, no library', kind: 'limit', entry: `${rivals}/limit.mjs` },
  { name: 'bare-jose', title: 'bare jose.jwtVerify', kind: 'reference', entry: `${rivals}/bare-jose.mjs` },
] as const;

const rivalWithUsers = {
  name: 'powertools-users',
  title: 'Powertools + jose + aws-jwt-verify',
  kind: 'rival',
  entry: `${rivals}/powertools-users.mjs`,
} as const;

/**
 * Builds everything that is measured.
 *
 * @param earlier file of an earlier build of the authorizer's bundle, to be measured too.
 */
export async function buildSubjects({ directory, userEnv }: Stand, earlier?: string): Promise<Subject[]> {
  installRivals();
  const { file } = buildArtifact();
  const silent = { ...ours, name: 'ours-silent', title: 'this project, log silent' };
  const subjects = [subjectOf(ours, file), subjectOf(silent, file, { APPROOV_LOG_LEVEL: 'silent' })];
  const users = { ...ours, name: 'ours-users', title: 'this project, with users' };
  subjects.push(subjectOf(users, file, userEnv));
  if (earlier !== undefined) {
    const before = { ...ours, name: 'earlier', title: 'an earlier build' };
    subjects.push(subjectOf(before, earlier));
  }
  subjects.push(await buildByDefaults(directory, rivalWithUsers, userEnv));
  for (const rival of builtByDefaults) subjects.push(await buildByDefaults(directory, rival));
  return subjects;
}

/** Installs what the rivals are built of, unless it is installed. */
export function installRivals(): void {
  const cwd = fileURLToPath(new URL('rivals', import.meta.url));
  if (existsSync(join(cwd, 'node_modules/.package-lock.json'))) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd, stdio: 'inherit' });
}
