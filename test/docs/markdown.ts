import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Paths of all documents of the project. */
export const documents: readonly string[] = globSync(['*.md', 'docs/**/*.md', 'infra/**/*.md'], {
  cwd: root,
  exclude: (path) => /(^|\/)(node_modules|dist|\.cache)$/.test(path),
}).sort();

/** Reads a document, or another file of the project. */
export const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** A link of a page to another place of this project. */
export interface LocalLink {
  /** Relative to the page; empty for the page itself. */
  readonly path: string;
  readonly anchor: string | undefined;
}

/** Links and images of a page, without those to other sites. */
export function linksOf(text: string): LocalLink[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { path, anchor };
    });
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): string[] {
  return headingsOf(text).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** Headings of a page, of every level. */
export function headingsOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading as string);
}

/** A page without its code blocks. */
export function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}

/** A code block of a page. */
export interface Snippet {
  readonly language: string;
  /** Words after the language, which readers do not see: what the block is for. */
  readonly words: readonly string[];
  readonly text: string;
}

/** Code blocks of a page, those in lists too. */
export function snippetsOf(text: string): Snippet[] {
  return [...text.matchAll(/^( *)```(\w+)(.*)\n([\s\S]*?)^\1```/gm)].map(
    ([, indent = '', language = '', words = '', code = '']) => ({
      language,
      words: words.split(' ').filter(Boolean),
      text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** Shell commands of a page's `sh` blocks, continued lines joined, comments and blank lines left out. */
export function commandsOf(text: string): string[] {
  return snippetsOf(text)
    .filter(({ language }) => language === 'sh')
    .flatMap((snippet) => snippet.text.replace(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '');
}
