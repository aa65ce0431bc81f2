import type { webcrypto } from 'node:crypto';
import { importSecret, SecretFormatError } from '../secret/decodeSecret.ts';

/** The account message signing keys of one version of the secret, by `mskid`. */
export type AccountKeySet = Pick<ReadonlyMap<string, webcrypto.CryptoKey>, 'get'>;

/**
 * Reads the value of the secret that holds the account message signing keys: one base64 key, which serves every
 * `mskid`, or a JSON object of keys by `mskid`, `{"<mskid>": "<base64>", …}`.
 *
 * @throws SecretFormatError when it is neither, or any of the keys is invalid
 */
export async function parseAccountKeys(text: string): Promise<AccountKeySet> {
  if (!text.trimStart().startsWith('{')) {
    const key = await importSecret(text);
    return { get: () => key };
  }
  const named = namedKeys(text).map(async ([id, value]) => [id, await importSecret(value)] as const);
  return new Map(await Promise.all(named));
}

function namedKeys(text: string): [id: string, value: string][] {
  let value: unknown;
  try {
    value = JSON.parse(text.trim());
  } catch {
    throw new SecretFormatError('the value starts like JSON, but is not valid JSON');
  }
  const named = Object.entries(value as object);
  if (named.length === 0) throw new SecretFormatError('the JSON object names no key');
  if (!named.every(([, key]) => typeof key === 'string')) {
    throw new SecretFormatError('the JSON object has a member that is not a string');
  }
  return named;
}
