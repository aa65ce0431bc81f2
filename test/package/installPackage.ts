import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This checkout, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The package's name. */
export const packageName = 'approov-apigateway-authorizer';

/** Another project, in which the package is installed. */
export interface Consumer {
  readonly folder: string;
  /** Path of the packed package. */
  readonly tarball: string;
  /** Writes a file and the folders above it. */
  write(path: string, text: string): string;
  remove(): void;
}

/** Packs the package, and unpacks it as if it were installed, with this checkout's dependencies. */
export function installPackage(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'approov-consumer-'));
  const run = (command: string, args: string[], cwd: string) =>
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root);
  const [filename] = readdirSync(folder);
  run('tar', ['xzf', `${filename}`], folder);
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')).filter((entry) => !entry.startsWith('.'))) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  symlinkSync(join(folder, 'package'), join(folder, 'node_modules', packageName));
  return {
    folder,
    tarball: join(folder, `${filename}`),
    write(path, text) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
