import type { webcrypto } from 'node:crypto';

/**
 * Imports bytes as an HMAC SHA-256 verification key that cannot be read back.
 *
 * @see {@link https://www.w3.org/TR/webcrypto-2/#hmac}
 */
export function importHmacKey(bytes: Buffer<ArrayBuffer>): Promise<webcrypto.CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}
