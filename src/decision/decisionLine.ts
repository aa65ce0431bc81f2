import type { LogLine } from './log.ts';
import type { Objection, Verdict } from './verdict.ts';

/** What is found out about a request on the way to its verdict. A step that was not reached leaves its field unset. */
export interface Trace {
  tokenId?: string;
  secretVersion?: LogLine['secretVersion'];
  /** Attestation Response Code, once the signature is verified. */
  arc?: string | undefined;
  /** Why a request that is allowed would not have been, were everything enforced. */
  reported?: Objection;
}

/** What a decision's log line shows beside the verdict. */
export interface DecisionFacts {
  /** Undefined when the event could not be read. */
  readonly request: Pick<LogLine, 'apiType' | 'requestId' | 'apiId' | 'stage' | 'route'> | undefined;
  readonly trace: Trace;
  readonly mode: 'enforce' | 'report-only';
  /** Whole milliseconds. */
  readonly durationMs: number;
  readonly coldStart: boolean;
}

/** The log line of one decision. */
export function decisionLine(
  verdict: Verdict<unknown>,
  { request, trace, mode, durationMs, coldStart }: DecisionFacts,
): LogLine {
  const reported = verdict.kind === 'allow' && trace.reported;
  const details = verdict.kind === 'refusal' ? verdict.refusal.details : {};
  return {
    ...(reported ? outcome(reported, 'report-only') : outcome(verdict, mode)),
    apiType: request?.apiType,
    requestId: clip(request?.requestId),
    apiId: clip(request?.apiId),
    stage: clip(request?.stage),
    route: clip(request?.route),
    tokenId: trace.tokenId,
    arc: clip(trace.arc),
    unverifiedArc: details.unverifiedArc,
    clientStatus: printable(details.rawClientStatus),
    secretVersion: trace.secretVersion,
    durationMs,
    coldStart,
  };
}

function outcome(
  verdict: Verdict<unknown>,
  mode: DecisionFacts['mode'],
): Pick<LogLine, 'level' | 'message' | 'decision' | 'reason'> {
  switch (verdict.kind) {
    case 'allow':
      return { level: 'info', message: 'request allowed', decision: 'allow' };
    case 'refusal':
      return mode === 'report-only'
        ? {
            level: 'warn',
            message: 'request would be refused',
            decision: 'would-deny',
            reason: verdict.refusal.reason,
          }
        : { level: 'warn', message: 'request refused', decision: 'deny', reason: verdict.refusal.reason };
    case 'failure':
      return {
        level: 'error',
        message: verdict.failure.message,
        decision: 'error',
        reason: verdict.failure.code,
      };
  }
}

/** The names that AWS gives are shorter. */
function clip(text: string | undefined): string | undefined {
  return text?.slice(0, 256);
}

/** The client wrote it: printable ASCII alone, and not much of it. */
function printable(rawClientStatus: string | undefined): string | undefined {
  return rawClientStatus?.replace(/[^\x20-\x7e]/g, '').slice(0, 64);
}
