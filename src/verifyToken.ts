import { hash, type webcrypto } from 'node:crypto';
import type { Config } from './config/settings.ts';
import type { Decision } from './decision.ts';
import { Refusal } from './errors.ts';
import type { ApiRequest } from './event/apiRequest.ts';
import { findKey, type KeySetCache } from './keys/keySetCache.ts';
import { type SecretCache, verifyWithSecret } from './keys/secretCache.ts';
import type { SignatureAlgorithm } from './token/algorithms.ts';
import { type ApproovClaims, keptClaims, readClaims } from './token/claims.ts';
import { decomposeUnverifiedToken } from './token/decompose.ts';
import { type VerifiedTokens, verifySignature } from './token/signature.ts';

/** What verifies an Approov token. */
export interface TokenKeys {
  readonly config: Pick<Config, 'algorithms' | 'contextClaims'>;
  /** Undefined when the settings leave out HS256. */
  readonly secretCache?: SecretCache<webcrypto.CryptoKey> | undefined;
  /** Undefined when the settings name no asymmetric algorithm. */
  readonly keySetCache?: KeySetCache | undefined;
  readonly verifiedTokens: VerifiedTokens<VerifiedApproovToken>;
}

/** An Approov token, and the key that verified it. */
export interface VerifiedApproovToken {
  readonly key: webcrypto.CryptoKey;
  readonly algorithm: SignatureAlgorithm;
  readonly kid: unknown;
  readonly claims: ApproovClaims;
}

/**
 * Verifies a token's signature, and then reads its claims: HS256 with the account secret alone, other algorithms with the
 * key of the keyset that the token names. A token that a key has verified before is not verified with that key again.
 *
 * @param decision gets the token's id and the version of the secret
 * @throws Refusal `token_malformed`, `algorithm_not_allowed`, `key_unknown`, `signature_mismatch`, `claims_invalid`; Failure
 *   when the secret or the keyset cannot be fetched
 */
export async function verifyToken(
  rawToken: string,
  decision: Decision<ApiRequest, unknown>,
  { config, secretCache, keySetCache, verifiedTokens }: TokenKeys,
): Promise<ApproovClaims> {
  const digest = hash('sha256', rawToken);
  decision.tokenId = digest.slice(0, 16);
  const known = verifiedTokens.get(digest);
  const { algorithm, kid, unverifiedPayload } = known
    ? { ...known, unverifiedPayload: known.claims }
    : decomposeUnverifiedToken(rawToken, config.algorithms);

  let verifiedBy: webcrypto.CryptoKey | undefined;
  if (algorithm === 'HS256') {
    decision.secretVersion =
      secretCache && (await verifyWithSecret(secretCache, verifies, decision.arrivedAt));
  } else {
    const key = keySetCache && (await findKey(keySetCache, algorithm, kid, decision.arrivedAt));
    if (!key) throw new Refusal('key_unknown');
    await verifies(key);
  }
  if (!verifiedBy) throw new Refusal('signature_mismatch', { unverifiedArc: arcOf(unverifiedPayload) });
  if (known?.key === verifiedBy) return known.claims;

  const claims = keptClaims(readClaims(unverifiedPayload), config.contextClaims);
  verifiedTokens.set(digest, { key: verifiedBy, algorithm, kid, claims });
  return claims;

  async function verifies(key: webcrypto.CryptoKey): Promise<boolean> {
    if (key !== known?.key && !(await verifySignature(rawToken, key, algorithm))) return false;
    verifiedBy = key;
    return true;
  }
}

/** The token's Attestation Response Code, if it has the form of one. */
function arcOf({ arc }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof arc === 'string' && /^[A-Z2-7]{1,32}$/.test(arc) ? arc : undefined;
}
