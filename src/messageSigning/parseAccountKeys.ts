import { decodeSecret, SecretFormatError } from '../secret/decodeSecret.ts';
import { importHmacKey } from '../secret/importHmacKey.ts';
import type { AccountKeySet } from './accountKeys.ts';

/**
 * Reads the value of the secret that holds the account message signing key: the base64 key alone, which then serves for
 * every `mskid`, or a JSON object that names key ids, `{"<mskid>": "<base64>", …}`.
 *
 * @throws SecretFormatError when it is neither, or any of the keys is not one
 */
export async function parseAccountKeys(text: string): Promise<AccountKeySet> {
  if (!text.trimStart().startsWith('{')) {
    const key = await importHmacKey(decodeSecret(text));
    return () => key;
  }
  const named = await Promise.all(
    namedKeys(text).map(async ([id, value]) => [id, await importHmacKey(decodeSecret(value))] as const),
  );
  const keys = new Map(named);
  return (mskid) => keys.get(mskid);
}

function namedKeys(text: string): [id: string, value: string][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SecretFormatError('the value starts as JSON, but is none');
  }
  const named = Object.entries(value as object);
  if (named.length === 0) throw new SecretFormatError('the JSON object names no key');
  if (!named.every(([, key]) => typeof key === 'string')) {
    throw new SecretFormatError('the JSON object holds something else than key ids with their base64 keys');
  }
  return named;
}
