import { deflateRawSync } from 'node:zlib';

/** Fixed parts of a zip archive with one file: local header, central directory entry, end of central directory. */
const headers = 30 + 46 + 22;

/** Bytes of a zip archive with this one file, deflated at the highest level: what Lambda stores and unpacks. */
export function zipSize(name: string, content: Uint8Array): number {
  return headers + 2 * Buffer.byteLength(name) + deflateRawSync(content, { level: 9 }).length;
}
