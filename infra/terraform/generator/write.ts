/** The Terraform part of `npm run templates`: writes the made files of the module anew. */

import { writeFile } from 'node:fs/promises';
import { committedFiles } from './committedFiles.ts';

const root = new URL('../../../', import.meta.url);

for (const [path, text] of Object.entries(committedFiles())) {
  await writeFile(new URL(path, root), text);
  console.log(path);
}
