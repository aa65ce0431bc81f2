import type { Allow, User } from './answer/respond.ts';
import type { Config } from './config/readConfig.ts';
import { Failure, type Objection, Refusal, reasonOf, type Verdict } from './errors.ts';
import type { ApiRequest } from './event/apiRequest.ts';
import type { Clocks } from './keys/moment.ts';
import type { SecretCache } from './keys/secretCache.ts';
import { verifyWithSecret } from './keys/verifyWithSecret.ts';
import type { Log } from './log.ts';
import { decisionLine, type Trace } from './log.ts';
import type { AccountKeySet } from './messageSigning/keys.ts';
import { verifyMessageSignature } from './messageSigning/verify.ts';
import { checkBinding } from './token/binding.ts';
import type { ApproovClaims } from './token/claims.ts';
import { checkClaims } from './token/claims.ts';
import { locateRawToken } from './token/locate.ts';
import type { UserCheck } from './user/jwtUserCheck.ts';
import { readVerifiedToken, type TokenParts } from './verifyToken.ts';

/**
 * What a decision needs beside the request.
 *
 * @typeParam Found what the check of the user finds
 */
export interface DecisionParts<Found = User> extends TokenParts {
  readonly config: Config;
  /** Only for account message signing. */
  readonly accountKeys?: SecretCache<AccountKeySet> | undefined;
  /** Only when users are checked. */
  readonly userCheck?: UserCheck<Found> | undefined;
  /** The wall clock is for the times in tokens and signatures, the steady clock for durations. */
  readonly clocks: Clocks;
  readonly log: Log;
  /** Whether this is the first request of the environment. It is true once. */
  readonly isColdStart: () => boolean;
}

/** What is decided about one request. */
export interface Decision<Request, Draft, Found> {
  /** Undefined when it could not be read: the verdict is then a failure. */
  readonly request: Request | undefined;
  readonly verdict: Verdict<Allow<Draft>>;
  /** Whether the request passes although Approov's checks refuse it. What the user's check finds is always enforced. */
  readonly mode: Config['mode'];
  /** Undefined when users are not checked, or Approov's checks refuse the request. */
  readonly user: Found | undefined;
}

/**
 * Decides about one request, and logs the decision. It never throws.
 *
 * @param read reads the request
 * @param draftOf takes from the token what the answer to an allowed request needs of it
 */
export async function decide<Request extends ApiRequest, Draft, Found>(
  read: () => Request,
  draftOf: (claims: ApproovClaims, request: Request) => Draft,
  parts: DecisionParts<Found>,
): Promise<Decision<Request, Draft, Found>> {
  const { userCheck, clocks, log } = parts;
  const arrivedAt = clocks.steady();
  const coldStart = parts.isColdStart();
  const trace: Trace = {};
  let { mode } = parts.config;
  let request: Request | undefined;
  let user: Found | undefined;
  let verdict: Verdict<Allow<Draft>>;
  try {
    const known = read();
    request = known;
    const allow = check(known, (claims) => draftOf(claims, known), arrivedAt, parts, trace);
    verdict = await allow.then(allowed, objectionOf);
    const passes = verdict.kind === 'allow' || mode === 'report-only';
    if (userCheck && passes) user = await userCheck(known, arrivedAt);
  } catch (error) {
    // Report-only passes over what Approov's checks find, and nothing else.
    mode = 'enforce';
    verdict = objectionOf(error);
  }
  const durationMs = Math.round(clocks.steady() - arrivedAt);
  log(decisionLine(verdict, { request, trace, mode, durationMs, coldStart }));
  return { request, verdict, mode, user };
}

/** Approov's checks in their order: each throws the refusal or failure that ends the decision. */
async function check<Draft>(
  request: ApiRequest,
  draftOf: (claims: ApproovClaims) => Draft,
  arrivedAt: number,
  parts: DecisionParts<unknown>,
  trace: Trace,
): Promise<Allow<Draft>> {
  const { config, accountKeys, clocks } = parts;
  const { headers } = request;
  const rawToken = locateRawToken(request, {
    header: config.tokenHeader,
    prefix: config.tokenPrefix,
    queryParameter: config.tokenQueryParameter,
  });
  const { claims, draft } = await readVerifiedToken(rawToken, draftOf, arrivedAt, parts, trace);
  trace.arc = claims.arc;

  const now = clocks.wall() / 1000;
  checkClaims(claims, config, now);
  const binding = checkBinding(headers, claims, config.binding);
  if (!config.messageSigning) return { draft, findings: { binding, messageSignature: 'off' } };
  try {
    const signature = await verifyMessageSignature(
      request,
      claims,
      config.messageSigning,
      now,
      accountKeys && ((verifies) => verifyWithSecret(accountKeys, verifies, arrivedAt)),
    );
    // Only a backend has the body. Its digest is a part of what is signed.
    const { contentDigest } = signature;
    const isOther = contentDigest !== undefined && (await request.hasBodyOf?.(contentDigest)) === false;
    if (isOther) throw new Refusal('message_signature_mismatch');
    return { draft, findings: { binding, ...signature } };
  } catch (error) {
    if (config.messageSigningMode === 'enforce') throw error;
    trace.reported = objectionOf(error);
    const messageSignatureReason = reasonOf(trace.reported);
    return { draft, findings: { binding, messageSignature: 'refused', messageSignatureReason } };
  }
}

function allowed<Draft>(allow: Allow<Draft>): Verdict<Allow<Draft>> {
  return { kind: 'allow', allow };
}

function objectionOf(error: unknown): Objection {
  if (error instanceof Refusal) return { kind: 'refusal', refusal: error };
  if (error instanceof Failure) return { kind: 'failure', failure: error };
  return { kind: 'failure', failure: internalError(error) };
}

/** Keeps where the fault happened, and leaves its message out: it may quote what it could not handle. */
function internalError(cause: unknown): Failure {
  const failure = new Failure('internal_error', 'unexpected error', { cause });
  const frames = String((cause as Error)?.stack).match(/^ {4}at .*$/gm) ?? [];
  failure.stack = [`${failure.name}: ${failure.message}`, ...frames].join('\n');
  return failure;
}
