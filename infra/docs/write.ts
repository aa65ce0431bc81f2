/** `npm run docs`: writes the tables of docs/configuration.md anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import { configurationPage } from './configurationPage.ts';

const page = new URL('../../docs/configuration.md', import.meta.url);
writeFileSync(page, configurationPage(readFileSync(page, 'utf8')));
