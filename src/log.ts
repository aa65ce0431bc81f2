import { settings } from './config/settings.ts';
import type { Decision } from './decision.ts';
import { Failure, Refusal, reasonOf } from './errors.ts';
import type { ApiRequest } from './event/apiRequest.ts';

/** From the most talkative. */
const logLevels = settings.logLevel.rule.oneOf;

/** The levels of the log. */
export type LogLevel = (typeof logLevels)[number];

/**
 * One line of the log, with every field that it may have. None ever holds a token, a secret, a whole event or a
 * header's value.
 */
export interface LogLine {
  /** RFC 3339, UTC with milliseconds. Without one, Lambda's own level filter takes every line for INFO. */
  readonly timestamp?: string | undefined;
  readonly level: Exclude<LogLevel, 'silent'>;
  readonly message: string;
  readonly decision?: 'allow' | 'deny' | 'would-deny' | 'error' | undefined;
  readonly reason?: string | undefined;
  readonly apiType?: 'rest' | 'http' | 'websocket' | undefined;
  readonly requestId?: string | undefined;
  readonly apiId?: string | undefined;
  readonly stage?: string | undefined;
  /** Resource template or route key. */
  readonly route?: string | undefined;
  /** First 16 hex digits of the token's SHA-256. */
  readonly tokenId?: string | undefined;
  /** Attestation Response Code of a verified token. */
  readonly arc?: string | undefined;
  /** Attestation Response Code of a token whose signature does not verify: anybody may have written it. */
  readonly unverifiedArc?: string | undefined;
  /** What the app sent in place of a token, at most 64 printable characters. */
  readonly clientStatus?: string | undefined;
  readonly secretVersion?: 'current' | 'previous' | undefined;
  /** With a failed fetch of a secret: its name or ARN. */
  readonly secretId?: string | undefined;
  /** With a failed fetch of a key set: the host that was asked. */
  readonly host?: string | undefined;
  readonly durationMs?: number | undefined;
  readonly coldStart?: boolean | undefined;
}

/** Writes a line, when its level is high enough. */
export type Log = (line: LogLine) => void;

/**
 * Makes a log of one JSON object a line.
 *
 * @param least level that is written
 * @param write takes a whole line with its line break. In Lambda it is standard output itself: `console` would wrap the
 *   JSON into another.
 * @param clock milliseconds since 1970 UTC
 */
export function createLog(least: LogLevel, write: (line: string) => void, clock: () => number): Log {
  const threshold = logLevels.indexOf(least);
  return (line) => {
    if (logLevels.indexOf(line.level) < threshold) return;
    const timestamp = new Date(clock()).toISOString();
    write(`${JSON.stringify({ timestamp, ...line })}\n`);
  };
}

/**
 * The log line of one decision.
 *
 * @param durationMs whole milliseconds
 */
export function decisionLine(decision: Decision<ApiRequest, unknown>, durationMs: number): LogLine {
  const { request, claims, ended, reported, mode } = decision;
  const details = ended instanceof Refusal ? ended.details : {};
  return {
    ...outcome(ended ?? reported, ended ? mode : 'report-only'),
    apiType: request?.apiType,
    requestId: clip(request?.requestId),
    apiId: clip(request?.apiId),
    stage: clip(request?.stage),
    route: clip(request?.route),
    tokenId: decision.tokenId,
    arc: clip(claims?.arc),
    unverifiedArc: details.unverifiedArc,
    clientStatus: printable(details.rawClientStatus),
    secretVersion: decision.secretVersion,
    durationMs,
    coldStart: decision.coldStart,
  };
}

function outcome(
  ended: Refusal | Failure | undefined,
  mode: Decision['mode'],
): Pick<LogLine, 'level' | 'message' | 'decision' | 'reason'> {
  if (!ended) return { level: 'info', message: 'request allowed', decision: 'allow' };
  const reason = reasonOf(ended);
  if (ended instanceof Failure) return { level: 'error', message: ended.message, decision: 'error', reason };
  return mode === 'report-only'
    ? { level: 'warn', message: 'request would be refused', decision: 'would-deny', reason }
    : { level: 'warn', message: 'request refused', decision: 'deny', reason };
}

/** The names that AWS gives are shorter. */
function clip(text: string | undefined): string | undefined {
  return text?.slice(0, 256);
}

/** The client wrote it: printable ASCII alone, and not much of it. */
function printable(rawClientStatus: string | undefined): string | undefined {
  return rawClientStatus?.replace(/[^\x20-\x7e]/g, '').slice(0, 64);
}
