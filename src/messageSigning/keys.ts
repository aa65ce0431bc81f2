import type { webcrypto } from 'node:crypto';
import { FormatError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { importSecret } from '../keys/decodeSecret.ts';

// SPKI of an uncompressed point on the named curve P-256, the only form that Approov sends. WebCrypto itself would also
// accept a compressed point, explicit curve parameters, or bytes after the key.
const uncompressedP256 = /^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{85}[AQgw]==$/;

/**
 * Imports an installation's public key.
 *
 * @param ipk base64 of the DER of a SubjectPublicKeyInfo
 * @returns undefined when it is not a point on P-256
 * @see {@link https://www.rfc-editor.org/rfc/rfc5480#section-2} Subject Public Key Information Fields
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-3.3.4} ECDSA Using Curve P-256 DSS and SHA-256
 */
export async function importInstallKey(ipk: string): Promise<webcrypto.CryptoKey | undefined> {
  if (!uncompressedP256.test(ipk)) return undefined;
  try {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    return await crypto.subtle.importKey('spki', Buffer.from(ipk, 'base64'), algorithm, false, ['verify']);
  } catch {
    return undefined; // not a point on the curve
  }
}

/** The account message signing keys of one version of the secret, by `mskid`. */
export type AccountKeySet = Pick<ReadonlyMap<string, webcrypto.CryptoKey>, 'get'>;

/**
 * Imports the value of the secret that holds the account message signing keys: one base64 key, which serves every
 * `mskid`, or a JSON object of keys by `mskid`, `{"<mskid>": "<base64>", …}`.
 *
 * @throws FormatError when it is neither, or any of the keys is invalid
 */
export async function importAccountKeys(text: string): Promise<AccountKeySet> {
  if (!text.trimStart().startsWith('{')) {
    const key = await importSecret(text);
    return { get: () => key };
  }
  const named = namedKeys(text).map(async ([id, value]) => [id, await importSecret(value)] as const);
  return new Map(await Promise.all(named));
}

function namedKeys(text: string): [id: string, value: string][] {
  const value = parseJson(text.trim());
  if (value === undefined) throw new FormatError('the value starts like JSON, but is not valid JSON');
  const named = Object.entries(value as object);
  if (named.length === 0) throw new FormatError('the JSON object names no key');
  if (!named.every(([, key]) => typeof key === 'string')) {
    throw new FormatError('the JSON object has a member that is not a string');
  }
  return named;
}
