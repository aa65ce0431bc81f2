import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './installPackage.ts';

/** A folder with a lock file: what other projects work with, or what the recipes of the documentation do. */
type ToolSet = 'tools' | 'recipes';

// Outside of test/, where the test runner would take the tools' own tests for ours.
const folderOf = (set: ToolSet) => `${root}.cache/package-${set}`;

/** Path of a file of a tool. */
export const toolFile = (path: string, set: ToolSet = 'tools') => join(folderOf(set), 'node_modules', path);

/**
 * Installs what is in the lock file of a set, unless it is there.
 *
 * @returns Why it cannot be installed, such as without a network. Undefined when it is there.
 */
export function installTools(set: ToolSet = 'tools'): string | undefined {
  return installInto(folderOf(set), fileURLToPath(new URL(`${set}/`, import.meta.url)));
}

/** The same with the lock file of another folder. */
export function installInto(folder: string, manifests: string): string | undefined {
  const lock = 'package-lock.json';
  const isThere =
    existsSync(join(folder, 'node_modules/.package-lock.json')) &&
    readFileSync(join(folder, lock)).equals(readFileSync(join(manifests, lock)));
  if (isThere) return undefined;
  rmSync(folder, { recursive: true, force: true });
  cpSync(manifests, folder, { recursive: true });
  try {
    const flags = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--fetch-retries=1',
      '--fetch-timeout=30000',
    ];
    execFileSync('npm', ['ci', ...flags], { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: 300_000 });
    return undefined;
  } catch (error) {
    const reason = /code (E[A-Z_]+)/.exec(String((error as { stderr?: unknown }).stderr))?.[1];
    // Anything but a missing network is a fault to be seen.
    if (!reason || !/^(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)$/.test(reason))
      throw error;
    return `the tools cannot be installed without a network: ${reason}`;
  }
}
