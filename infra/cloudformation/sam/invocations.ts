import { exampleTokens } from './exampleTokens.ts';
import { type Headers, type RequestEventKind, requestEvents } from './requestEvents.ts';

/** One event for `sam local invoke`, and the expected answer. */
export interface Invocation {
  /** File name in infra/cloudformation/sam/events, without `.json`. */
  readonly name: string;
  /** Logical id of the function in the SAM template. */
  readonly functionId: string;
  readonly event: object;
  readonly expected: {
    readonly answer: 'Allow' | 'Deny' | 'failure';
    /** Of the log line; undefined for an Allow. */
    readonly reason?: string;
  };
}

/** What the client sends, and why it is refused. */
const requests: Readonly<Record<string, { headers: Headers; reason?: string }>> = {
  allow: { headers: { 'Approov-Token': exampleTokens.allow } },
  expired: { headers: { 'Approov-Token': exampleTokens.expired }, reason: 'token_expired' },
  forged: { headers: { 'Approov-Token': exampleTokens.forged }, reason: 'signature_mismatch' },
  malformed: { headers: { 'Approov-Token': exampleTokens.malformed }, reason: 'token_malformed' },
  missing: { headers: {}, reason: 'token_missing' },
  'client-status': { headers: { 'Approov-Status': 'no_network' }, reason: 'client_status' },
};

const functionId = 'AuthorizerFunction';

/** Every kind of API with every verdict. */
export function invocations(): readonly Invocation[] {
  const kinds = Object.keys(requestEvents) as RequestEventKind[];
  return kinds.flatMap((kind) => [
    ...Object.entries(requests).map(([verdict, { headers, reason }]) => ({
      name: `${kind}-${verdict}`,
      functionId,
      event: requestEvents[kind](headers),
      expected: reason === undefined ? ({ answer: 'Allow' } as const) : ({ answer: 'Deny', reason } as const),
    })),
    {
      name: `${kind}-failure`,
      functionId,
      event: { comment: 'no authorizer event at all', for: kind },
      expected: { answer: 'failure' as const, reason: 'event_invalid' },
    },
  ]);
}
