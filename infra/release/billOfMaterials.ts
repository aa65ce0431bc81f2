import { readFileSync } from 'node:fs';

/** A file of the release, and the folders of the packages in it, such as `node_modules/jose`. */
export interface Artifact {
  readonly name: string;
  readonly sha256: string;
  readonly packages: readonly string[];
}

/** What package-lock.json says of a package. */
interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
}

/**
 * The software bill of materials of a release as CycloneDX 1.6: its files, and which packages are in each, as esbuild
 * lists them. `npm sbom` would list what is installed, of which most is in no bundle. It has no time and no serial
 * number, so that the same source makes the same text.
 *
 * @param root The folder that holds `node_modules` and package-lock.json, with a slash at its end.
 * @param artifacts Files of the release.
 * @see {@link https://cyclonedx.org/docs/1.6/json/}
 */
export function billOfMaterials(root: string, artifacts: readonly Artifact[]): object {
  const read = (path: string) => JSON.parse(readFileSync(`${root}${path}`, 'utf8'));
  const { name, version, license } = read('package.json');
  const locked: Readonly<Record<string, LockedPackage>> = read('package-lock.json').packages;
  const folders = [...new Set(artifacts.flatMap(({ packages }) => packages))].sort();
  const libraries = new Map(
    folders.map((folder) => [folder, library(read(`${folder}/package.json`), locked[folder])]),
  );
  const refOf = (folder: string) => libraries.get(folder)?.['bom-ref'] as string;
  const product = { type: 'application', 'bom-ref': purl(name, version), name, version };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...product, licenses: licences(license) } },
    components: [
      ...artifacts.map((artifact) => ({
        type: 'file',
        'bom-ref': artifact.name,
        name: artifact.name,
        version,
        hashes: [{ alg: 'SHA-256', content: artifact.sha256 }],
      })),
      ...libraries.values(),
    ],
    dependencies: [
      { ref: product['bom-ref'], dependsOn: artifacts.map((artifact) => artifact.name) },
      ...artifacts.map((artifact) => ({ ref: artifact.name, dependsOn: artifact.packages.map(refOf) })),
      ...[...libraries.values()].map((component) => ({ ref: component['bom-ref'] })),
    ],
  };
}

function library(
  { name, version, license }: { name: string; version: string; license: string },
  locked: LockedPackage | undefined,
) {
  const digest = /^sha512-(.+)$/.exec(locked?.integrity ?? '')?.[1];
  return {
    type: 'library',
    'bom-ref': purl(name, version),
    name,
    version,
    licenses: licences(license),
    purl: purl(name, version),
    ...(digest && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    }),
  };
}

/** An expression of SPDX, or one of its ids. */
function licences(license: string): readonly object[] {
  return license.includes(' ') ? [{ expression: license }] : [{ license: { id: license } }];
}

/** @see {@link https://github.com/package-url/purl-spec} */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
