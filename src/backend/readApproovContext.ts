import type { MessageSignature } from '../policy/context.ts';
import type { Binding } from '../token/checkBinding.ts';

/** What the authorizer found out about an allowed request. */
export interface AllowedContext {
  readonly mode: 'enforce' | 'report-only';
  readonly verdict?: undefined;
  readonly binding: Binding;
  readonly messageSignature: MessageSignature;
  /** the request's Content-Digest header, when a verified message signature covers it */
  readonly contentDigest?: string;
  /** expiry, seconds since 1970 UTC, may have a fraction */
  readonly exp: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly iss?: string;
  readonly aud?: string | readonly string[];
  readonly sub?: string;
  /** device ID */
  readonly did?: string;
  readonly ip?: string;
  /** Attestation Response Code */
  readonly arc?: string;
  /** annotations */
  readonly anno?: readonly string[];
  /** names of claims left out because the context would have been too large */
  readonly omitted?: readonly string[];
  /** other configured claims: arrays and objects as JSON, and on REST APIs numbers and booleans as text */
  readonly [claim: string]: unknown;
}

/** A request that `report-only` let through and `enforce` would have refused: nothing in its token can be believed. */
export interface WouldDenyContext {
  readonly mode: 'report-only';
  readonly verdict: 'would-deny';
  /** the refusal's reason, or the failure's code */
  readonly reason: string;
}

/** What a backend learns from the authorizer. */
export type ApproovContext = AllowedContext | WouldDenyContext;

/** There is no context to rely on: the backend must not answer the request. */
export class ApproovContextError extends Error {
  override readonly name = 'ApproovContextError';
  /** `absent`: the route has no authorizer, or another one; `expired`: the token's time is over */
  readonly code: 'absent' | 'expired';

  constructor(code: 'absent' | 'expired') {
    super(code === 'absent' ? 'no Approov authorizer context in the event' : 'the Approov token has expired');
    this.code = code;
  }
}

/** How to read a context. */
export interface ReadContextOptions {
  /**
   * seconds since 1970 UTC; now if left out. For a message on an open WebSocket, whose token was checked when it connected,
   * give `event.requestContext.connectedAt / 1000`.
   */
  readonly now?: number;
  /** seconds after `exp` in which the context still counts; as `APPROOV_CLOCK_TOLERANCE_SECONDS` of the authorizer */
  readonly clockToleranceSeconds?: number;
  /** custom claims that are numbers, which REST APIs hand on as text */
  readonly numericClaims?: readonly string[];
}

/**
 * Reads what the authorizer found out about a request, from the event of the backend's Lambda function.
 *
 * @example
 * const { did, exp } = readApproovContext(event);
 *
 * @param event event of a REST, HTTP (payload 1.0 or 2.0) or WebSocket API's Lambda integration
 * @returns the context, with numbers where numbers went in although REST APIs hand on text
 * @throws ApproovContextError when the context is absent or its token has expired: an authorizer that is not attached, or a
 *   cached answer, must not open the backend
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html}
 */
export function readApproovContext(event: unknown, options: ReadContextOptions = {}): ApproovContext {
  const { now = Date.now() / 1000, clockToleranceSeconds = 0, numericClaims = [] } = options;
  const raw = rawContext(event);
  if (raw.mode === 'report-only' && raw.verdict === 'would-deny') {
    return { mode: 'report-only', verdict: 'would-deny', reason: String(raw.reason) };
  }
  const { principalId: _principal, integrationLatency: _latency, ...context } = raw;
  for (const name of ['exp', 'nbf', 'iat', ...numericClaims]) {
    if (Object.hasOwn(context, name)) context[name] = toNumber(context[name]);
  }
  if (typeof context.exp !== 'number' || typeof context.mode !== 'string')
    throw new ApproovContextError('absent');
  if (context.exp + clockToleranceSeconds <= now) throw new ApproovContextError('expired');
  for (const name of ['aud', 'anno']) {
    if (Object.hasOwn(context, name)) context[name] = toList(context[name]);
  }
  if (typeof context.omitted === 'string') context.omitted = context.omitted.split(',');
  return context as AllowedContext;
}

function rawContext(event: unknown): Record<string, unknown> {
  const { requestContext } = toObject(event);
  const { authorizer } = toObject(requestContext);
  const fields = toObject(authorizer);
  return { ...(Object.hasOwn(fields, 'lambda') ? toObject(fields.lambda) : fields) };
}

function toObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ApproovContextError('absent');
  return value as Record<string, unknown>;
}

/** Undoes API Gateway's turning numbers into text; anything else stays as it is. */
function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
}

/** Undoes the authorizer's turning lists into JSON; a single audience stays text. */
function toList(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('[')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
