import type { Config } from './config/settings.ts';
import { type Decision, newDecision, type User } from './decision.ts';
import { Failure, Refusal } from './errors.ts';
import type { ApiRequest } from './event/apiRequest.ts';
import type { Clocks } from './keys/moment.ts';
import { type SecretCache, verifyWithSecret } from './keys/secretCache.ts';
import { decisionLine, type Log } from './log.ts';
import type { AccountKeySet } from './messageSigning/keys.ts';
import { verifyMessageSignature } from './messageSigning/verify.ts';
import { checkBinding } from './token/binding.ts';
import { type ApproovClaims, checkClaims } from './token/claims.ts';
import { locateRawToken } from './token/locate.ts';
import { type TokenKeys, verifyToken } from './verifyToken.ts';

/**
 * What a decision needs in addition to the request.
 *
 * @typeParam Found what `next` finds
 */
export interface DecisionParts<Found = User> extends TokenKeys {
  readonly config: Config;
  /** Only for account message signing. */
  readonly accountKeyCache?: SecretCache<AccountKeySet> | undefined;
  /**
   * Runs once Approov's checks have passed: the check of the user, or the authorizer that is wrapped.
   *
   * @param arrivedAt when the request came, by the steady clock in milliseconds
   * @throws Refusal or Failure, which count in report-only too
   */
  readonly next?: ((request: ApiRequest, arrivedAt: number) => Promise<Found>) | undefined;
  /** The wall clock is for the times in tokens and signatures, the steady clock for durations. */
  readonly clocks: Clocks;
  readonly log: Log;
  /** Whether this is the first request of the environment. It is true once. */
  readonly isColdStart: () => boolean;
}

/**
 * Decides about one request, and logs the decision. It never throws.
 *
 * @param read reads the request
 */
export async function decide<Request extends ApiRequest, Found>(
  read: () => Request,
  parts: DecisionParts<Found>,
): Promise<Decision<Request, Found>> {
  const { config, next, clocks, log } = parts;
  const arrivedAt = clocks.steady();
  const decision = newDecision<Request, Found>(arrivedAt, parts.isColdStart(), config.mode);
  try {
    const request = read();
    decision.request = request;
    try {
      await checkApproov(request, decision, parts);
    } catch (error) {
      decision.ended = endOf(error);
    }
    const passes = decision.ended === undefined || decision.mode === 'report-only';
    if (next && passes) decision.user = await next(request, arrivedAt);
  } catch (error) {
    // Report-only passes over what Approov's checks find, and nothing else.
    decision.mode = 'enforce';
    decision.ended = endOf(error);
  }
  log(decisionLine(decision, Math.round(clocks.steady() - arrivedAt)));
  return decision;
}

/** Approov's checks in their order. Each throws the Refusal or Failure that ends the decision. */
async function checkApproov(
  request: ApiRequest,
  decision: Decision<ApiRequest, unknown>,
  parts: DecisionParts<unknown>,
): Promise<void> {
  const { config, clocks } = parts;
  const rawToken = locateRawToken(request, config);
  const claims = await verifyToken(rawToken, decision, parts);
  decision.claims = claims;
  const now = clocks.wall() / 1000;
  checkClaims(claims, config, now);
  decision.binding = checkBinding(request.headers, claims, config);
  decision.messageSignature = 'off';
  if (config.messageSigning === 'off') return;
  try {
    await checkMessageSignature(request, claims, decision, now, parts);
  } catch (error) {
    if (config.messageSigningMode === 'enforce') throw error;
    decision.messageSignature = 'refused';
    decision.reported = endOf(error);
  }
}

async function checkMessageSignature(
  request: ApiRequest,
  claims: ApproovClaims,
  decision: Decision<ApiRequest, unknown>,
  now: number,
  { config, accountKeyCache }: DecisionParts<unknown>,
): Promise<void> {
  const { messageSignature, contentDigest } = await verifyMessageSignature(
    request,
    claims,
    config,
    now,
    accountKeyCache && ((verifies) => verifyWithSecret(accountKeyCache, verifies, decision.arrivedAt)),
  );
  // Only a backend has the body. Its digest is a part of what is signed.
  const isOther = contentDigest !== undefined && (await request.hasBodyOf?.(contentDigest)) === false;
  if (isOther) throw new Refusal('message_signature_mismatch');
  decision.messageSignature = messageSignature;
  decision.contentDigest = contentDigest;
}

function endOf(error: unknown): Refusal | Failure {
  return error instanceof Refusal || error instanceof Failure ? error : internalError(error);
}

/** Keeps where the fault happened, and leaves its message out: it may quote what it could not handle. */
function internalError(cause: unknown): Failure {
  const failure = new Failure('internal_error', 'unexpected error', { cause });
  const frames = String((cause as Error)?.stack).match(/^ {4}at .*$/gm) ?? [];
  failure.stack = [`${failure.name}: ${failure.message}`, ...frames].join('\n');
  return failure;
}
