import { approovPrefix } from '../answer/context.ts';
import { decodeContext } from '../answer/contextValue.ts';
import type { MessageSignature } from '../decision.ts';
import { type Fields, ownProperty } from '../json.ts';
import type { Binding } from '../token/binding.ts';
import type { ApproovClaims } from '../token/claims.ts';
import { type ExpiryOptions, isNotInSeconds, numberOf, readExpiryOptions, withoutPrefix } from './times.ts';

/** What the authorizer found out about an allowed request. */
export interface AllowedContext
  extends Pick<ApproovClaims, 'exp' | 'nbf' | 'iat' | 'iss' | 'aud' | 'sub' | 'did' | 'ip' | 'arc' | 'anno'> {
  readonly mode: 'enforce' | 'report-only';
  readonly verdict?: undefined;
  readonly binding: Binding;
  readonly messageSignature: MessageSignature;
  /** With `messageSignature: 'refused'`: why. */
  readonly messageSignatureReason?: string;
  /** The request's Content-Digest header, when a verified message signature covers it. */
  readonly contentDigest?: string;
  /** Names that were left out because the context would have been too large. */
  readonly omitted?: readonly string[];
  /** Other configured claims. On REST APIs numbers and booleans are text. */
  readonly [claim: string]: unknown;
}

/** A request that `report-only` let through and `enforce` would have refused. Nothing in its token can be believed. */
export interface WouldDenyContext {
  readonly mode: 'report-only';
  readonly verdict: 'would-deny';
  /** The refusal's reason, or the failure's code. */
  readonly reason: string;
}

/** What a backend learns from the authorizer. */
export type ApproovContext = AllowedContext | WouldDenyContext;

/** There is no context to rely on, so the backend must not answer the request. */
export class ApproovContextError extends Error {
  override readonly name = 'ApproovContextError';
  /** `absent`: the route has no authorizer, or another one. `expired`: the token has expired. */
  readonly code: 'absent' | 'expired';

  /** @param detail What is wrong with a context that counts as absent, without any value. */
  constructor(code: 'absent' | 'expired', detail?: string) {
    const message =
      code === 'absent' ? 'no Approov authorizer context in the event' : 'the Approov token has expired';
    super(detail === undefined ? message : `${message}: ${detail}`);
    this.code = code;
  }
}

/** How to read a context. */
export interface ReadContextOptions extends ExpiryOptions {
  /** Custom claims that are numbers. REST APIs hand them on as text. */
  readonly numericClaims?: readonly string[] | undefined;
}

/**
 * Reads what the authorizer found out about a request from the event of the backend's Lambda function.
 *
 * @example
 * const { did, exp } = readApproovContext(event);
 *
 * @param event The event of a REST, HTTP (payload 1.0 or 2.0) or WebSocket API's Lambda integration.
 * @returns The context, in which numbers are numbers on every kind of API, and lists, objects and texts are what they were in
 *   the token.
 * @throws ApproovContextError The context is absent, or its token has expired. This closes a route without the
 *   authorizer, and ends a cached answer with its token. A context whose `exp`, `nbf`, `iat` or named numeric claim
 *   is not a finite number counts as absent.
 * @throws TypeError An option is not what its type says. The message names it.
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html}
 */
export function readApproovContext(event: unknown, options?: ReadContextOptions): ApproovContext {
  const hasExpired = readExpiryOptions(options);
  const numericClaims = readNames(ownProperty(options, 'numericClaims'));
  const raw = rawContext(event);
  const mode = ownProperty(raw, 'mode');
  if (mode === 'report-only' && ownProperty(raw, 'verdict') === 'would-deny') {
    return { mode, verdict: 'would-deny', reason: String(ownProperty(raw, 'reason')) };
  }
  if (mode !== 'enforce' && mode !== 'report-only') throw new ApproovContextError('absent');
  const { principalId: _principal, integrationLatency: _latency, ...own } = raw;
  const context = decodeContext(own);
  for (const name of ['exp', 'nbf', 'iat', ...numericClaims]) {
    if (!Object.hasOwn(context, name)) continue;
    context[name] = numberOf(context[name]);
    if (context[name] === undefined)
      throw new ApproovContextError('absent', `${name} is not a finite number`);
  }
  const exp = ownProperty(context, 'exp') as number | undefined;
  if (exp === undefined) throw new ApproovContextError('absent', 'exp is missing');
  if (isNotInSeconds(exp)) throw new ApproovContextError('absent', 'exp is not in seconds');
  if (hasExpired(exp)) throw new ApproovContextError('expired');
  const omitted = ownProperty(context, 'omitted');
  if (typeof omitted === 'string') context.omitted = omitted.split(',');
  return context as AllowedContext;
}

function readNames(names: unknown = []): readonly string[] {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new TypeError('numericClaims must be a list of claim names');
}

/**
 * HTTP APIs with payload 2.0 nest the context in `lambda`. On other APIs its values are never objects. Behind an authorizer
 * that `withApproov` wraps, Approov's keys have a prefix, and the others are that authorizer's.
 */
function rawContext(event: unknown): Fields {
  const authorizer = ownProperty(ownProperty(event, 'requestContext'), 'authorizer');
  const lambda = ownProperty(authorizer, 'lambda');
  const raw = typeof lambda === 'object' ? lambda : authorizer;
  if (typeof raw !== 'object' || raw === null) throw new ApproovContextError('absent');
  return withoutPrefix(
    raw,
    typeof ownProperty(raw, `${approovPrefix}mode`) === 'string' ? approovPrefix : '',
  );
}
