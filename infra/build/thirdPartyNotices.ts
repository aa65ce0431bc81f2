import { readdirSync, readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';

/** Name of the file of notices next to each bundle. */
export const noticesFile = 'THIRD-PARTY-NOTICES.txt';

const legalFile = /^(licen[cs]e|notice|copyright)/i;
const copyrightLine = /^\s*copyright\b.*\d{4}.*$/gim;
const rule = `\n\n${'-'.repeat(80)}\n\n`;

/**
 * Writes the notices that the licences of the bundled packages ask for: each package's licence and copyright, and the
 * text of its licence and notice files. Packages whose texts differ only in the copyright share one copy.
 *
 * @param metafiles esbuild's lists of what is in the bundles, with paths relative to `root`.
 * @param root The folder that holds `node_modules`, with a slash at its end.
 * @throws Error A package ships no licence text, nor does another package of its scope with the same licence.
 */
export function thirdPartyNotices(metafiles: readonly Metafile[], root: string): string {
  const packages = bundledFolders(metafiles).map((folder) => readPackage(`${root}${folder}`));
  const texts = new Map<string, { text: string; headings: string[] }>();
  for (const one of packages) {
    const text = one.text || textOfScope(one, packages);
    const key = text.replaceAll(/\s+/g, ' ');
    if (!texts.has(key)) texts.set(key, { text: text.trim(), headings: [] });
    texts.get(key)?.headings.push(one.heading);
  }
  const sections = [...texts.values()].map(({ text, headings }) => `${headings.join('\n')}\n\n${text}`);
  const title = 'This software contains the packages below, each under its own licence.';
  return `${[title, ...sections].join(rule)}\n`;
}

interface BundledPackage {
  readonly name: string;
  readonly license: string;
  /** Name, version, licence and copyright. */
  readonly heading: string;
  /** What its licence and notice files say, without the copyright. Some packages ship none. */
  readonly text: string;
}

/** Folders of the packages that contribute at least one byte to the bundles, sorted by name. */
export function bundledFolders(metafiles: readonly Metafile[]): string[] {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const paths = outputs.flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
  );
  const folders = paths.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const files = readdirSync(folder).filter((file) => legalFile.test(file));
  const legal = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')).join('\n\n');
  const copyrights = (legal.match(copyrightLine) ?? []).map((line) => `    ${line.trim()}`);
  const heading = [`${name} ${version} (${license})`, ...new Set(copyrights)].join('\n');
  return { name, license, heading, text: legal.replaceAll(copyrightLine, '') };
}

/** Some packages of the AWS SDK ship no licence text. Theirs is the text that other packages of the SDK ship. */
function textOfScope({ name, license }: BundledPackage, packages: readonly BundledPackage[]): string {
  const scope = /^@[^/]+\//.exec(name)?.[0];
  const sibling = packages.find(
    (other) => scope && other.name.startsWith(scope) && other.license === license && other.text,
  );
  if (!sibling) throw new Error(`${name} ships no licence text, nor does another package of its scope`);
  return sibling.text;
}
