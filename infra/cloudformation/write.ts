/** `npm run templates`: writes the templates and the events for `sam local invoke` anew. */

import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { committedFiles } from './committedFiles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

for (const [path, text] of Object.entries(committedFiles())) {
  await mkdir(dirname(`${root}${path}`), { recursive: true });
  await writeFile(`${root}${path}`, text);
  console.log(path);
}

execFileSync(`${root}node_modules/.bin/biome`, ['format', '--write', 'infra/cloudformation'], {
  cwd: root,
});
