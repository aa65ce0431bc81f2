import type { InnerList, Item } from 'structured-headers';

const canonicalBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads a member that is a Byte Sequence, `:<base64>:`. Approov's okhttp client 3.5.2 to 3.5.7 writes a String instead,
 * `"<base64>"`, as published examples of Content-Digest do.
 *
 * @returns undefined when it is neither
 * @see {@link https://www.rfc-editor.org/rfc/rfc9651#section-3.3.5} Byte Sequences
 */
export function readBytes([value]: Item | InnerList): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (typeof value === 'string' && canonicalBase64.test(value)) {
    return new Uint8Array(Buffer.from(value, 'base64'));
  }
  return undefined;
}
