import type { webcrypto } from 'node:crypto';
import { hash } from 'node:crypto';
import type { Config } from './config/readConfig.ts';
import { decisionLine } from './decision/decisionLine.ts';
import { Failure } from './decision/failure.ts';
import type { Log } from './decision/log.ts';
import { Refusal } from './decision/refusal.ts';
import type { Trace, Verdict } from './decision/verdict.ts';
import type { ApiRequest } from './event/apiRequest.ts';
import { readEvent } from './event/readEvent.ts';
import type { AccountKeySet } from './messageSigning/accountKeys.ts';
import { verifyMessageSignature } from './messageSigning/verifyMessageSignature.ts';
import { draftAllow } from './policy/allowDraft.ts';
import { type AuthorizerResponse, respond } from './policy/respond.ts';
import type { SecretCache } from './secret/secretCache.ts';
import { verifyWithSecret } from './secret/verifyWithSecret.ts';
import { checkBinding } from './token/checkBinding.ts';
import { checkClaims } from './token/checkClaims.ts';
import { readClaims } from './token/claims.ts';
import { decomposeUnverifiedToken } from './token/decomposeUnverifiedToken.ts';
import { locateRawToken } from './token/locateRawToken.ts';
import type { VerifiedSignatures } from './token/verifiedSignatures.ts';

/** What deciding needs from outside. */
export interface AuthorizerParts {
  readonly config: Config;
  readonly secrets: SecretCache<webcrypto.CryptoKey>;
  readonly signatures: VerifiedSignatures;
  /** only for account message signing */
  readonly accountKeys?: SecretCache<AccountKeySet> | undefined;
  /** milliseconds since 1970 UTC */
  readonly clock: () => number;
  readonly log: Log;
}

/**
 * Answers one authorizer event.
 *
 * @param coldStart whether this is the first event of the environment
 * @returns the policy, or the simple response of an HTTP API
 * @throws Error with the message `Unauthorized` for a refusal, unless refusals are answered with a Deny; a Failure when no
 *   decision is possible
 */
export async function authorize(
  event: unknown,
  parts: AuthorizerParts,
  coldStart: boolean,
): Promise<AuthorizerResponse> {
  const { config, clock, log } = parts;
  const arrivedAt = clock();
  const trace: Trace = {};
  let request: ApiRequest | undefined;
  let verdict: Verdict;
  try {
    request = readEvent(event);
    verdict = await decide(request, arrivedAt, parts, trace);
  } catch (error) {
    verdict = verdictOf(error);
  }
  log(
    decisionLine(verdict, { request, trace, mode: config.mode, durationMs: clock() - arrivedAt, coldStart }),
  );
  return respond(verdict, request, config);
}

/** The checks in their order: each throws the refusal or failure that ends the decision. */
async function decide(
  request: ApiRequest,
  arrivedAt: number,
  { config, secrets, signatures, accountKeys, clock }: AuthorizerParts,
  trace: Trace,
): Promise<Verdict> {
  const { headers } = request;
  const rawToken = locateRawToken(headers, { header: config.tokenHeader, prefix: config.tokenPrefix });
  const digest = hash('sha256', rawToken);
  trace.tokenId = digest.slice(0, 16);

  const verifies = await signatures.begin(rawToken, digest, secrets.atHand?.key);
  // Another thread computes the signature now. Claims and draft count only once that is known to be right.
  const unverifiedPayload = decomposeUnverifiedToken(rawToken);
  const claimsAndDraft = attempt(() => {
    const claims = readClaims(unverifiedPayload);
    return { claims, draft: draftAllow(claims, request, config) };
  });
  trace.secretVersion = await verifyWithSecret(secrets, verifies, arrivedAt);
  if (!trace.secretVersion) throw new Refusal('signature_mismatch');

  const { claims, draft } = claimsAndDraft();
  trace.arc = claims.arc;
  checkClaims(claims, config, clock() / 1000);
  const binding = checkBinding(headers, claims, config.binding);

  if (!config.messageSigning) {
    return { kind: 'allow', draft, findings: { binding, messageSignature: 'off' } };
  }
  const signature = await verifyMessageSignature(
    request,
    claims,
    config.messageSigning,
    clock() / 1000,
    accountKeys && ((verifies) => verifyWithSecret(accountKeys, verifies, arrivedAt)),
  );
  return { kind: 'allow', draft, findings: { binding, ...signature } };
}

/** Does work now; what came of it, a value or an error, is had by calling what this returns. */
function attempt<T>(work: () => T): () => T {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function verdictOf(error: unknown): Verdict {
  if (error instanceof Refusal) return { kind: 'refusal', refusal: error };
  if (error instanceof Failure) return { kind: 'failure', failure: error };
  return { kind: 'failure', failure: internalError(error) };
}

/** Keeps where the fault happened, and leaves out its message: it may quote what it could not handle. */
function internalError(cause: unknown): Failure {
  const failure = new Failure('internal_error', 'unexpected error', { cause });
  const frames = String((cause as Error)?.stack).match(/^ {4}at .*$/gm) ?? [];
  failure.stack = [`${failure.name}: ${failure.message}`, ...frames].join('\n');
  return failure;
}
