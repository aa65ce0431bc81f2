import type { webcrypto } from 'node:crypto';
import { JWSSignatureVerificationFailed } from 'jose/errors';
import { compactVerify } from 'jose/jws/compact/verify';

const options = { algorithms: ['HS256'] };

/**
 * Verifies the HS256 signature of a token.
 *
 * @param rawToken compact JWS
 * @param key HMAC SHA-256 key, imported once for many tokens
 * @returns whether this key signed the token
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.2}
 */
export async function verifySignature(rawToken: string, key: webcrypto.CryptoKey): Promise<boolean> {
  try {
    await compactVerify(rawToken, key, options);
    return true;
  } catch (error) {
    if (error instanceof JWSSignatureVerificationFailed) return false;
    throw error;
  }
}
