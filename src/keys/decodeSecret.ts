import type { webcrypto } from 'node:crypto';
import { FormatError } from '../errors.ts';
import { isObject, ownProperty, parseJson } from '../json.ts';

/** Shortest HMAC SHA-256 key, in bytes. @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.2} */
const shortestSecret = 32;

/**
 * Decodes a base64 secret strictly: Node's own decoder skips characters that it does not know.
 *
 * @param text base64 or base64url, padded or not, white space around it ignored
 * @returns the key, 32 bytes or more
 * @throws FormatError when it is anything else
 * @see {@link https://www.rfc-editor.org/rfc/rfc4648#section-4}
 */
export function decodeSecret(text: string): Buffer<ArrayBuffer> {
  const trimmed = text.trim();
  if (trimmed === '') throw new FormatError('the value is empty');
  const unpadded = trimmed.replace(/={1,2}$/, '');
  if (!/^([A-Za-z0-9+/]+|[A-Za-z0-9_-]+)$/.test(unpadded)) {
    throw new FormatError('the value is neither base64 nor base64url');
  }
  if (unpadded !== trimmed && trimmed.length % 4 !== 0) {
    throw new FormatError('the base64 padding is wrong: the value may be cut short');
  }
  const key = Buffer.from(unpadded, 'base64');
  if (key.toString('base64url') !== unpadded.replaceAll('+', '-').replaceAll('/', '_')) {
    throw new FormatError('the base64 is not canonical: the value may be cut short');
  }
  if (key.length < shortestSecret) {
    throw new FormatError(`the decoded value is shorter than ${shortestSecret} bytes`);
  }
  return key;
}

/**
 * Imports a base64 secret as an HMAC SHA-256 verification key that cannot be read back.
 *
 * @throws FormatError when {@link decodeSecret} does
 * @see {@link https://www.w3.org/TR/webcrypto-2/#hmac}
 */
export async function importSecret(text: string): Promise<webcrypto.CryptoKey> {
  const bytes = decodeSecret(text);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/**
 * Imports the value of the token secret as the key that verifies tokens.
 *
 * @param jsonKey when given, the value is a JSON object and the base64 secret is at this key
 * @throws FormatError
 */
export async function importTokenSecret(
  text: string,
  jsonKey: string | undefined,
): Promise<webcrypto.CryptoKey> {
  return importSecret(jsonKey === undefined ? text : memberOf(text, jsonKey));
}

function memberOf(text: string, jsonKey: string): string {
  // Some editors put a byte order mark before the JSON, which is trimmed like white space.
  const value = parseJson(text.trim());
  if (value === undefined) throw new FormatError('the value is not JSON, but a JSON key is configured');
  if (!isObject(value)) throw new FormatError('the value is not a JSON object, but a JSON key is configured');
  const member = ownProperty(value, jsonKey);
  if (typeof member === 'string') return member;
  throw new FormatError('the JSON object has no string at the configured key');
}
