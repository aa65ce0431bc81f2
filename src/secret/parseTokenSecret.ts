import type { webcrypto } from 'node:crypto';
import { importSecret, SecretFormatError } from './decodeSecret.ts';

/**
 * Makes the parser for the value of the token secret.
 *
 * @param jsonKey when given, the value is a JSON object and the base64 secret is at this key
 * @returns imports a secret's value as the key that verifies tokens; throws SecretFormatError
 */
export function parseTokenSecret(
  jsonKey: string | undefined,
): (text: string) => Promise<webcrypto.CryptoKey> {
  return async (text) => importSecret(jsonKey === undefined ? text : memberOf(text, jsonKey));
}

function memberOf(text: string, jsonKey: string): string {
  let value: unknown;
  try {
    // Some editors put a byte order mark before the JSON, which is trimmed like white space.
    value = JSON.parse(text.trim());
  } catch {
    throw new SecretFormatError('the value is not JSON, but a JSON key is configured');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SecretFormatError('the value is not a JSON object, but a JSON key is configured');
  }
  const member: unknown = Object.hasOwn(value, jsonKey)
    ? (value as Record<string, unknown>)[jsonKey]
    : undefined;
  if (typeof member !== 'string')
    throw new SecretFormatError('the JSON object has no string at the configured key');
  return member;
}
