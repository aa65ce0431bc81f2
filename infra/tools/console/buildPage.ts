import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly body: Uint8Array;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Bundles the page in memory. @returns its files by path. */
export async function buildPage(): Promise<ReadonlyMap<string, PageFile>> {
  const page = fileURLToPath(new URL('page/', import.meta.url));
  const { outputFiles } = await build({
    absWorkingDir: page,
    entryPoints: ['page.tsx', 'page.css', 'index.html', 'icon.svg'],
    outdir: page,
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.html': 'copy', '.svg': 'copy' },
    logLevel: 'warning',
  });
  return new Map(
    outputFiles.map(({ path, contents }) => {
      const name = path.slice(page.length);
      const type = types[name.split('.').at(-1) as string] as string;
      return [name === 'index.html' ? '/' : `/${name}`, { type, body: contents }];
    }),
  );
}
