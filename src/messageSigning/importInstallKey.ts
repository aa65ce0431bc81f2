import type { webcrypto } from 'node:crypto';

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
