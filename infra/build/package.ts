/**
 * Builds the package that other projects install into `dist/package`: its two entries as ES modules and as CommonJS,
 * their declarations, and the notices of the packages that they include.
 *
 * - The ES modules include the AWS SDK's client, from the SDK's own ES modules. A consumer's esbuild would take the
 *   SDK's CommonJS build, and an ES module made of it fails with "Dynamic require".
 * - The CommonJS files include jose, which is published as ES modules alone. Node.js before 20.19 and jest cannot
 *   require those.
 */
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { leaveOut } from './leftOutModules.ts';
import { keepReachable } from './packageTypes.ts';
import { redefinableExports } from './redefinableExports.ts';
import { noticesFile, thirdPartyNotices } from './thirdPartyNotices.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const output = `${root}dist/package`;
const entries = ['index', 'backend'] as const;

const options = {
  absWorkingDir: root,
  entryPoints: entries.map((name) => `src/${name}.ts`),
  outdir: output,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

const requireBackend: Plugin = {
  name: 'require the other entry',
  setup({ onResolve }) {
    onResolve({ filter: /\/backend\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './backend.cjs', external: true },
    );
  },
};

await rm(output, { recursive: true, force: true });

const esModules = await build({
  ...options,
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  mainFields: ['module', 'main'],
  external: ['jose', 'structured-headers'],
  plugins: [
    leaveOut([
      { path: 'node_modules/bowser/bowser.mjs', why: 'it is for browsers', contents: '' },
      {
        path: 'node_modules/@smithy/core/dist-es/submodules/event-streams/index.js',
        why: 'GetSecretValue has no event stream',
        contents: '',
      },
    ]),
  ],
});

const commonJs = await build({
  ...options,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  external: ['@aws-sdk/client-secrets-manager', 'structured-headers'],
  // Both entries export the same classes, so that `instanceof` holds whichever entry a class comes from.
  plugins: [requireBackend],
  footer: { js: redefinableExports },
});

const metafiles = [esModules.metafile, commonJs.metafile];
await writeFile(`${output}/${noticesFile}`, thirdPartyNotices(metafiles, root));
// For the bill of materials of a release, and not in the package.
await writeFile(
  `${root}dist/package.meta.json`,
  JSON.stringify({ inputs: {}, outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)) }),
);

execFileSync(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, '-p', 'infra/build/tsconfig.package.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
await keepReachable(`${output}/types`, entries);
// ES modules can import the declarations of CommonJS, so one set serves both, and a class is the same type in both.
await writeFile(`${output}/types/package.json`, '{ "type": "commonjs" }\n');
for (const name of entries) {
  await writeFile(`${output}/${name}.d.ts`, `export * from './types/${name}.js';\n`);
}
