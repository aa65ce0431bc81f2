import { type ZipOptions, type Zippable, zipSync } from 'fflate';

/** Files of an archive: their content by their path. */
export type ZipFiles = Readonly<Record<string, string | Uint8Array>>;

/** The first day that a zip can name. fflate reads it in local time, so it is made in local time. */
const firstDay = new Date(1980, 0, 1);

/**
 * A zip that depends on the files alone: sorted, with one time and one mode. fflate is JavaScript, so the bytes do not
 * depend on the zlib of a Node.js version or on the processor either.
 */
export function zip(files: ZipFiles): Uint8Array {
  const options: ZipOptions = { level: 9, mtime: firstDay, os: 3, attrs: 0o100644 << 16 };
  const entries: Zippable = {};
  for (const path of Object.keys(files).sort()) {
    entries[path] = [Buffer.from(files[path] as string | Uint8Array), options];
  }
  return zipSync(entries);
}
