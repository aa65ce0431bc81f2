import type { Failure, Refusal } from './errors.ts';
import type { ApiRequest } from './event/apiRequest.ts';
import type { Binding } from './token/binding.ts';
import type { ApproovClaims } from './token/claims.ts';

/** A context value. REST APIs accept no other types, and pass each on as a string. */
export type ContextValue = string | number | boolean;

/** What the backend receives at `requestContext.authorizer` (HTTP API 2.0: `.lambda`). */
export type AuthorizerContext = Record<string, ContextValue>;

/** Whether a message signature was verified, and which. `refused`: it was not, and that is only reported. */
export type MessageSignature = 'install' | 'account' | 'absent' | 'off' | 'refused';

/** A verified user. */
export interface User {
  readonly principalId: string;
  /** Seconds since 1970 UTC at which an Allow ends, whatever the Approov token says. */
  readonly until: number;
  /** What the backend gets of the user, each key with the prefix `user_`. */
  readonly context: AuthorizerContext;
}

/**
 * Everything that is known about one request. `decide` makes it and the checks fill it in; a step that was not reached
 * leaves its fields undefined. The answer and the log line are made of it.
 *
 * @typeParam Request the request, by where it comes from
 * @typeParam Found what was found about the user
 */
export interface Decision<Request extends ApiRequest = ApiRequest, Found = User> {
  /** When the request came, by the steady clock, in milliseconds. */
  readonly arrivedAt: number;
  /** Whether this is the first request of the environment. */
  readonly coldStart: boolean;
  /** `report-only`: the request passes although Approov's checks refuse it. The user's check is always enforced. */
  mode: 'enforce' | 'report-only';
  /** Undefined when the event could not be read. */
  request: Request | undefined;
  /** First 16 hex digits of the token's SHA-256. */
  tokenId: string | undefined;
  /** The version of the secret that verified the token. */
  secretVersion: 'current' | 'previous' | undefined;
  /** Claims of the verified token. */
  claims: ApproovClaims | undefined;
  binding: Binding | undefined;
  messageSignature: MessageSignature | undefined;
  /** The Content-Digest header, when a verified signature covers it. */
  contentDigest: string | undefined;
  /** Why the message signature is refused, when that is only reported. */
  reported: Refusal | Failure | undefined;
  /** Undefined when users are not checked, or Approov's checks ended the decision. */
  user: Found | undefined;
  /** What ended the decision. Undefined when the request is allowed. */
  ended: Refusal | Failure | undefined;
}

/** A decision about which nothing is known yet. Every field is its own: what it inherits must never count as found. */
export function newDecision<Request extends ApiRequest, Found>(
  arrivedAt: number,
  coldStart: boolean,
  mode: Decision['mode'],
): Decision<Request, Found> {
  return {
    arrivedAt,
    coldStart,
    mode,
    request: undefined,
    tokenId: undefined,
    secretVersion: undefined,
    claims: undefined,
    binding: undefined,
    messageSignature: undefined,
    contentDigest: undefined,
    reported: undefined,
    user: undefined,
    ended: undefined,
  };
}
