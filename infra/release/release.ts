/**
 * The end of `npm run release`: writes everything that a release has to `dist/release`, from what the builds before made.
 * The same source gives the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundledFolders, noticesFile } from '../build/thirdPartyNotices.ts';
import { type Artifact, billOfMaterials } from './billOfMaterials.ts';
import { samApplicationTemplate } from './samApplication.ts';
import { type ZipFiles, zip } from './zip.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const output = `${root}dist/release`;
const read = (path: string) => readFile(`${root}${path}`);
const readJson = async (path: string) => JSON.parse(String(await read(path)));
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

const { version } = await readJson('package.json');
const { version: cdkVersion } = await readJson('infra/cdk/package.json');
if (cdkVersion !== version)
  throw new Error(`infra/cdk has version ${cdkVersion}, and the project ${version}`);

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });

const functionFiles = async (name: string): Promise<Record<string, Uint8Array>> => ({
  'index.cjs': await read(`dist/${name}/index.cjs`),
  [noticesFile]: await read(`dist/${name}/${noticesFile}`),
});
const license = await read('LICENSE');
const authorizer = await functionFiles('authorizer');
const inFolder = (folder: string, files: ZipFiles) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));

const archives: Readonly<Record<string, ZipFiles>> = {
  authorizer: { ...authorizer, LICENSE: license },
  hello: { ...(await functionFiles('hello')), LICENSE: license },
  'sam-application': {
    'template.yaml': samApplicationTemplate(String(await read('infra/cloudformation/attach.yaml')), version),
    'README.md': await read('infra/release/sam-application.md'),
    LICENSE: license,
    ...inFolder('authorizer', authorizer),
  },
};
for (const [name, files] of Object.entries(archives)) {
  await writeFile(`${output}/${name}-${version}.zip`, zip(files));
}
for (const name of ['attach', 'observability']) {
  await writeFile(`${output}/${name}-${version}.yaml`, await read(`infra/cloudformation/${name}.yaml`));
}
for (const folder of ['', 'infra/cdk']) {
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', output], {
    cwd: `${root}${folder}`,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** esbuild's lists of what is in the files of the release. */
const bundles: readonly { readonly file: RegExp; readonly metafiles: readonly string[] }[] = [
  { file: /^(authorizer|sam-application)-/, metafiles: ['dist/authorizer/meta.json'] },
  { file: /^hello-/, metafiles: ['dist/hello/meta.json'] },
  {
    file: /^approov-apigateway-authorizer-cdk-/,
    metafiles: ['dist/authorizer/meta.json', 'infra/cdk/dist/meta.json'],
  },
  {
    file: /^approov-apigateway-authorizer-\d/,
    metafiles: ['dist/authorizer/meta.json', 'dist/hello/meta.json', 'dist/package.meta.json'],
  },
];
const artifacts: Artifact[] = [];
for (const name of (await readdir(output)).sort()) {
  const { metafiles = [] } = bundles.find(({ file }) => file.test(name)) ?? {};
  const packages = bundledFolders(await Promise.all(metafiles.map(readJson)));
  artifacts.push({ name, sha256: sha256(await readFile(`${output}/${name}`)), packages });
}
await writeFile(
  `${output}/sbom-${version}.cdx.json`,
  `${JSON.stringify(billOfMaterials(root, artifacts), undefined, 2)}\n`,
);

const names = (await readdir(output)).sort();
const sums = await Promise.all(
  names.map(async (name) => `${sha256(await readFile(`${output}/${name}`))}  ${name}\n`),
);
await writeFile(`${output}/SHA256SUMS`, sums.join(''));
console.log(sums.join('').trimEnd());
