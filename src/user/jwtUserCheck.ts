import { hash, type webcrypto } from 'node:crypto';
import { encodeClaims, userPrefix } from '../answer/context.ts';
import type { Config } from '../config/settings.ts';
import type { User } from '../decision.ts';
import { Refusal, type RefusalReason } from '../errors.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import type { AsymmetricAlgorithm } from '../token/algorithms.ts';
import { decomposeUnverifiedToken } from '../token/decompose.ts';
import { VerifiedTokens, verifySignature } from '../token/signature.ts';
import { locateRawUserToken } from './locateUserToken.ts';
import {
  checkUserClaims,
  keptUserClaims,
  readUserTokenClaims,
  type UserClaimRules,
  type UserTokenClaims,
} from './userClaims.ts';

/** The settings of the check. */
export type JwtUserCheckSettings = UserClaimRules &
  Pick<Config, 'userAlgorithms' | 'userTokenType' | 'userHeader' | 'userContextClaims'>;

/** A token that the issuer's key has verified. Its time and what it is for are another question. */
interface VerifiedUserToken {
  readonly issuer: string;
  readonly algorithm: AsymmetricAlgorithm;
  readonly kid: unknown;
  readonly key: webcrypto.CryptoKey;
  readonly claims: UserTokenClaims;
  readonly user: User;
}

/**
 * Makes the check of a user's JWT. Issuer, audiences and scopes mean what they mean in the JWT authorizer of an HTTP
 * API, so that they can be copied from one. Only the issuer's keys verify a token: a key or the address of one in the
 * token's header (`jwk`, `x5c`, `jku`, `x5u`) is not looked at.
 *
 * A token is verified once and remembered with its key. With each request its claims are checked, and that the issuer
 * still publishes that key.
 *
 * @param keyFor an issuer's key for a token: the same object for as long as the issuer publishes it; undefined when it has
 *   none with this `kid` for this algorithm. Throws Failure `user_keys_unavailable`
 * @param clock milliseconds since 1970 UTC
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725} JSON Web Token Best Current Practices
 */
export function jwtUserCheck(
  settings: JwtUserCheckSettings,
  keyFor: (
    issuer: string,
    algorithm: AsymmetricAlgorithm,
    kid: unknown,
    arrivedAt: number,
  ) => Promise<webcrypto.CryptoKey | undefined>,
  clock: () => number,
) {
  const verifiedTokens = new VerifiedTokens<VerifiedUserToken>();
  const { userIssuer } = settings;
  const isAlone = userIssuer.length === 1;
  // A `sub` is unique at its issuer alone.
  const contextClaims = [...new Set([...settings.userContextClaims, ...(isAlone ? [] : ['iss'])])];
  return async (request: ApiRequest, arrivedAt: number): Promise<User> => {
    const rawToken = locateRawUserToken(request, settings.userHeader);
    const digest = hash('sha256', rawToken);
    let token = verifiedTokens.get(digest);
    if (!token || token.key !== (await keyFor(token.issuer, token.algorithm, token.kid, arrivedAt))) {
      token = await verifiedToken(rawToken, arrivedAt);
      verifiedTokens.set(digest, token);
    }
    checkUserClaims(token.claims, token.issuer, settings, clock() / 1000);
    return token.user;
  };

  async function verifiedToken(rawToken: string, arrivedAt: number): Promise<VerifiedUserToken> {
    const { algorithm, typ, kid, unverifiedPayload } = decompose(rawToken, settings.userAlgorithms);
    if (settings.userTokenType !== undefined && mediaType(typ) !== mediaType(settings.userTokenType)) {
      throw new Refusal('user_token_type_mismatch');
    }
    const issuer = issuerOf(unverifiedPayload);
    const key = typeof kid === 'string' ? await keyFor(issuer, algorithm, kid, arrivedAt) : undefined;
    if (!key) throw new Refusal('user_key_unknown');
    if (!(await verifySignature(rawToken, key, algorithm))) throw new Refusal('user_signature_mismatch');
    const claims = readUserTokenClaims(unverifiedPayload);
    const user = {
      principalId: claims.sub,
      until: claims.exp + settings.userClockToleranceSeconds,
      context: encodeClaims(claims, contextClaims, userPrefix),
    };
    return { issuer, algorithm, kid, key, claims: keptUserClaims(claims), user };
  }

  /** With several issuers, the one that the token names chooses the keys, and nothing else. */
  function issuerOf(unverifiedPayload: Readonly<Record<string, unknown>>): string {
    const unverifiedIssuer = Object.hasOwn(unverifiedPayload, 'iss') ? unverifiedPayload.iss : undefined;
    const issuer = isAlone ? userIssuer[0] : userIssuer.find((name) => name === unverifiedIssuer);
    if (issuer === undefined) throw new Refusal('user_issuer_mismatch');
    return issuer;
  }
}

/** The reasons for which Approov's token cannot be taken apart are the user token's, with a prefix. */
function decompose(rawToken: string, algorithms: readonly AsymmetricAlgorithm[]) {
  try {
    return decomposeUnverifiedToken(rawToken, algorithms);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(`user_${error.reason}` as RefusalReason) : error;
  }
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9} `application/` may be left out */
function mediaType(typ: unknown): string | undefined {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined;
}
