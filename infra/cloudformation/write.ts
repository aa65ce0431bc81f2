/** `npm run templates`: writes the made files anew. Terraform's are written by infra/terraform/generator. */

import { writeFile } from 'node:fs/promises';
import { committedFiles } from './committedFiles.ts';

for (const [path, text] of Object.entries(committedFiles())) {
  await writeFile(new URL(`../../${path}`, import.meta.url), text);
  console.log(path);
}
