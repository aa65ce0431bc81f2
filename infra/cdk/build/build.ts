/**
 * `npm run build:cdk`, after `npm run build` and `npm ci --prefix infra/cdk`: compiles the construct by jsii into
 * `infra/cdk/dist`, with the authorizer's bundle, the struct of its settings, and the rules that all stacks share.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { noticesFile } from '../../build/thirdPartyNotices.ts';
import { settingsSource } from './settingsSource.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cdk = `${root}infra/cdk`;

await rm(`${cdk}/dist`, { recursive: true, force: true });
await mkdir(`${cdk}/dist/authorizer`, { recursive: true });
for (const file of ['index.cjs', noticesFile]) {
  await cp(`${root}dist/authorizer/${file}`, `${cdk}/dist/authorizer/${file}`);
}
await cp(`${root}LICENSE`, `${cdk}/LICENSE`);
await writeFile(`${cdk}/src/approovSettings.ts`, settingsSource());
// The declarations of the other modules import it.
await cp(`${cdk}/src/stackRules.d.ts`, `${cdk}/dist/lib/stackRules.d.ts`);
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['infra/cdk/build/stackRules.ts'],
  outfile: `${cdk}/dist/lib/stackRules.js`,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  metafile: true,
  logLevel: 'warning',
});
await writeFile(`${cdk}/dist/meta.json`, JSON.stringify(metafile));
execFileSync(process.execPath, ['node_modules/jsii/bin/jsii'], {
  cwd: cdk,
  stdio: 'inherit',
});
