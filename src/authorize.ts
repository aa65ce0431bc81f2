import type { webcrypto } from 'node:crypto';
import { hash } from 'node:crypto';
import type { Config } from './config/readConfig.ts';
import { decisionLine, type Trace } from './decision/decisionLine.ts';
import { Failure } from './decision/failure.ts';
import type { Log } from './decision/log.ts';
import { Refusal } from './decision/refusal.ts';
import { type Objection, reasonOf, type Verdict } from './decision/verdict.ts';
import type { ApiRequest } from './event/apiRequest.ts';
import { readEvent } from './event/readEvent.ts';
import type { Clocks } from './fetched/moment.ts';
import { findKey } from './keyset/findKey.ts';
import type { KeySetCache } from './keyset/keySetCache.ts';
import type { AccountKeySet } from './messageSigning/parseAccountKeys.ts';
import { verifyMessageSignature } from './messageSigning/verifyMessageSignature.ts';
import { type AllowDraft, draftAllow } from './policy/allowDraft.ts';
import { type Allow, type AuthorizerResponse, respond } from './policy/respond.ts';
import type { User } from './policy/user.ts';
import type { SecretCache } from './secret/secretCache.ts';
import { type AcceptedBy, verifyWithSecret } from './secret/verifyWithSecret.ts';
import { checkBinding } from './token/checkBinding.ts';
import { checkClaims } from './token/checkClaims.ts';
import { type ApproovClaims, readClaims } from './token/claims.ts';
import { decomposeUnverifiedToken, type UnverifiedToken } from './token/decomposeUnverifiedToken.ts';
import { locateRawToken } from './token/locateRawToken.ts';
import type { SignatureAlgorithm } from './token/signatureAlgorithm.ts';
import type { VerifiedSignatures } from './token/verifiedSignatures.ts';
import type { UserCheck } from './user/userCheck.ts';

/** What a decision needs beside the event. */
export interface AuthorizerParts {
  readonly config: Config;
  /** Undefined when the settings leave out HS256. */
  readonly secrets?: SecretCache<webcrypto.CryptoKey> | undefined;
  /** Undefined when the settings name no asymmetric algorithm. */
  readonly keySets?: KeySetCache | undefined;
  readonly signatures: VerifiedSignatures;
  /** Only for account message signing. */
  readonly accountKeys?: SecretCache<AccountKeySet> | undefined;
  /** Only when users are checked. */
  readonly userCheck?: UserCheck | undefined;
  /** The wall clock is for the times in tokens and signatures, the steady clock for durations. */
  readonly clocks: Clocks;
  readonly log: Log;
}

/**
 * Answers one authorizer event.
 *
 * @param coldStart whether this is the first event of the environment
 * @returns the policy, or the simple response of an HTTP API
 * @throws Error with the message `Unauthorized` for a refusal, unless refusals are answered with a Deny; a Failure when
 *   no decision is possible
 */
export async function authorize(
  event: unknown,
  parts: AuthorizerParts,
  coldStart: boolean,
): Promise<AuthorizerResponse> {
  const { config, userCheck, clocks, log } = parts;
  const arrivedAt = clocks.steady();
  const trace: Trace = {};
  let { mode } = config;
  let request: ApiRequest | undefined;
  let user: User | undefined;
  let verdict: Verdict<Allow>;
  try {
    request = readEvent(event);
    verdict = await decide(request, arrivedAt, parts, trace).then(allowed, objectionOf);
    const passes = verdict.kind === 'allow' || mode === 'report-only';
    if (userCheck && passes) user = await userCheck(request, arrivedAt);
  } catch (error) {
    // Report-only passes over what Approov's checks find, and nothing else.
    mode = 'enforce';
    verdict = objectionOf(error);
  }
  const durationMs = Math.round(clocks.steady() - arrivedAt);
  log(decisionLine(verdict, { request, trace, mode, durationMs, coldStart }));
  return respond(verdict, { request, mode, user }, config);
}

/** Approov's checks in their order: each throws the refusal or failure that ends the decision. */
async function decide(
  request: ApiRequest,
  arrivedAt: number,
  parts: AuthorizerParts,
  trace: Trace,
): Promise<Allow> {
  const { config, accountKeys, clocks } = parts;
  const { headers } = request;
  const rawToken = locateRawToken(request, {
    header: config.tokenHeader,
    prefix: config.tokenPrefix,
    queryParameter: config.tokenQueryParameter,
  });
  const { claims, draft } = await readVerifiedToken(rawToken, request, arrivedAt, parts, trace);
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
    return { draft, findings: { binding, ...signature } };
  } catch (error) {
    if (config.messageSigningMode === 'enforce') throw error;
    trace.reported = objectionOf(error);
    const messageSignatureReason = reasonOf(trace.reported);
    return { draft, findings: { binding, messageSignature: 'refused', messageSignatureReason } };
  }
}

/**
 * Verifies a token, and reads its claims while the thread pool computes the signature, so that a new token takes a tenth less
 * time. What was read counts only after the signature is verified.
 */
async function readVerifiedToken(
  rawToken: string,
  request: ApiRequest,
  arrivedAt: number,
  parts: AuthorizerParts,
  trace: Trace,
): Promise<{ claims: ApproovClaims; draft: AllowDraft }> {
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
    return { claims, draft: draftAllow(claims, request, config) };
  }
}

/** The key that {@link verifyToken} is likely to ask for first, if it need not be waited for. */
function keyAtHand(
  { algorithm, unverifiedHeader }: UnverifiedToken<SignatureAlgorithm>,
  { secrets, keySets }: AuthorizerParts,
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
  { secrets, keySets }: AuthorizerParts,
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

function allowed(allow: Allow): Verdict<Allow> {
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
