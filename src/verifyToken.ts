import type { webcrypto } from 'node:crypto';
import { hash } from 'node:crypto';
import type { Config } from './config/readConfig.ts';
import { Refusal } from './errors.ts';
import type { KeySetCache } from './keys/keySetCache.ts';
import { findKey } from './keys/keySetCache.ts';
import type { SecretCache } from './keys/secretCache.ts';
import { type AcceptedBy, verifyWithSecret } from './keys/verifyWithSecret.ts';
import type { Trace } from './log.ts';
import type { SignatureAlgorithm } from './token/algorithms.ts';
import { type ApproovClaims, readClaims } from './token/claims.ts';
import { decomposeUnverifiedToken, type UnverifiedToken } from './token/decompose.ts';
import type { VerifiedSignatures } from './token/signature.ts';

/** What the verification of a token needs. */
export interface TokenParts {
  readonly config: Pick<Config, 'algorithms'>;
  /** Undefined when the settings leave out HS256. */
  readonly secrets?: SecretCache<webcrypto.CryptoKey> | undefined;
  /** Undefined when the settings name no asymmetric algorithm. */
  readonly keySets?: KeySetCache | undefined;
  readonly signatures: VerifiedSignatures;
}

/**
 * Verifies a token, and reads its claims while the thread pool computes the signature, so that a new token takes a tenth less
 * time. What was read counts only after the signature is verified.
 *
 * @param draftOf takes from the claims what the answer needs of them
 * @param trace gets what is found out on the way
 * @throws Refusal `token_malformed`, `algorithm_not_allowed`, `key_unknown`, `signature_mismatch`, `claims_invalid`; Failure
 *   when the secret or the keyset cannot be fetched
 */
export async function readVerifiedToken<Draft>(
  rawToken: string,
  draftOf: (claims: ApproovClaims) => Draft,
  arrivedAt: number,
  parts: TokenParts,
  trace: Trace,
): Promise<{ claims: ApproovClaims; draft: Draft }> {
  const { config, signatures } = parts;
  const digest = hash('sha256', rawToken);
  trace.tokenId = digest.slice(0, 16);
  const token = decomposeUnverifiedToken(rawToken, config.algorithms);
  const verifies = await signatures.begin(rawToken, digest, keyAtHand(token, parts), token.algorithm);

  const reading = readAhead();
  // Without a verified signature, nobody asks for it.
  reading.catch(() => undefined);

  trace.secretVersion = await verifyToken(token, verifies, arrivedAt, parts);
  return reading;

  async function readAhead() {
    const claims = readClaims(token.unverifiedPayload);
    return { claims, draft: draftOf(claims) };
  }
}

/** The key that {@link verifyToken} is likely to ask for first, if it need not be waited for. */
function keyAtHand(
  { algorithm, unverifiedHeader }: UnverifiedToken<SignatureAlgorithm>,
  { secrets, keySets }: TokenParts,
): webcrypto.CryptoKey | undefined {
  return algorithm === 'HS256'
    ? secrets?.atHand?.key
    : keySets?.atHand?.keyFor(algorithm, unverifiedHeader.kid);
}

/**
 * Verifies a token's signature: HS256 with the account secret alone, other algorithms with the key of the keyset that the
 * token names.
 *
 * @param verifies whether a key signed the token
 * @returns the version of the secret that verified it, undefined when it was a key of the keyset
 * @throws Refusal `key_unknown`, `signature_mismatch`; Failure when the secret or the keyset cannot be fetched
 */
async function verifyToken(
  { algorithm, unverifiedHeader, unverifiedPayload }: UnverifiedToken<SignatureAlgorithm>,
  verifies: (key: webcrypto.CryptoKey) => Promise<boolean>,
  arrivedAt: number,
  { secrets, keySets }: TokenParts,
): Promise<AcceptedBy | undefined> {
  if (algorithm === 'HS256') {
    const acceptedBy = secrets && (await verifyWithSecret(secrets, verifies, arrivedAt));
    if (acceptedBy) return acceptedBy;
  } else {
    const key = keySets && (await findKey(keySets, algorithm, unverifiedHeader.kid, arrivedAt));
    if (!key) throw new Refusal('key_unknown');
    if (await verifies(key)) return undefined;
  }
  throw new Refusal('signature_mismatch', { unverifiedArc: arcOf(unverifiedPayload) });
}

/** The token's Attestation Response Code, if it has the form of one. */
function arcOf({ arc }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof arc === 'string' && /^[A-Z2-7]{1,32}$/.test(arc) ? arc : undefined;
}
