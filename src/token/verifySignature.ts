import type { webcrypto } from 'node:crypto';
import { JWSSignatureVerificationFailed } from 'jose/errors';
import { compactVerify } from 'jose/jws/compact/verify';
import type { SignatureAlgorithm } from './signatureAlgorithm.ts';

/**
 * Verifies the signature of a token.
 *
 * @param rawToken compact JWS
 * @param key imported once for many tokens, for this algorithm alone
 * @param algorithm the token's `alg`, which the settings allow and the key is made for
 * @returns whether this key signed the token
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3}
 */
export async function verifySignature(
  rawToken: string,
  key: webcrypto.CryptoKey,
  algorithm: SignatureAlgorithm,
): Promise<boolean> {
  try {
    await compactVerify(rawToken, key, { algorithms: [algorithm] });
    return true;
  } catch (error) {
    if (error instanceof JWSSignatureVerificationFailed) return false;
    throw error;
  }
}
