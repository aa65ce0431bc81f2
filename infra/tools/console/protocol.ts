/** What the console's server and its page tell each other, as JSON. */
import type { HttpRequest } from '../approov/httpRequest.ts';

/** Header with the key that every call of the console's interface must carry. */
export const keyHeader = 'Console-Key';

/** The key on loopback. It is public, but the page of another site cannot send the header. */
export const loopbackKey = 'loopback';

/** An API of this run. */
export interface ConsoleApi {
  readonly name: string;
  /** URL of Hello. */
  readonly url: string;
  readonly requests: readonly RequestRow[];
  /** Issuers of users' tokens; empty where users are not checked. */
  readonly issuers: readonly string[];
}

/** A request of the demo. */
export interface RequestRow {
  readonly title: string;
  readonly method: string;
  /** Here, in `serverless offline`. */
  readonly status: number;
  /** From API Gateway. */
  readonly awsStatus: number;
  readonly reason?: string | undefined;
}

/** A reason, as docs/operations.md explains it. Markdown. */
export interface Explanation {
  readonly meaning: string;
  readonly advice: string;
}

/** What the page needs once. */
export interface Setup {
  readonly apis: readonly ConsoleApi[];
  /** By reason. */
  readonly explanations: Readonly<Record<string, Explanation>>;
  /** By claim name. */
  readonly claims: Readonly<Record<string, string>>;
  /** Algorithms that a token can be minted with. */
  readonly algorithms: readonly string[];
  readonly faults: readonly Fault[];
  /** Id of the active one. */
  readonly fault: string;
  readonly secretTtlSeconds: number;
  readonly secretMaxStaleSeconds: number;
  readonly previousSecretGraceSeconds: number;
  /** Whether the page is reachable from other machines. */
  readonly isShared: boolean;
}

/** A state of the stand-in for Secrets Manager. */
export interface Fault {
  readonly id: string;
  readonly title: string;
  readonly effect: string;
}

/** A decision of an authorizer of this run. */
export interface Decision {
  readonly kind: 'decision';
  readonly id: number;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly api: string;
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
  /** The log line. */
  readonly line: LoggedDecision;
  /** What API Gateway got. */
  readonly answer: AuthorizerAnswer;
  /** What API Gateway then answers by itself. Undefined when it calls the backend. */
  readonly awsStatus: number | undefined;
}

/** What the log line of a decision holds that the page uses; the others are shown as they are. */
export interface LoggedDecision {
  readonly decision: string;
  readonly message: string;
  readonly reason?: string;
  readonly route?: string;
  readonly clientStatus?: string;
  readonly arc?: string;
  readonly unverifiedArc?: string;
  readonly secretVersion?: string;
  readonly durationMs?: number;
  readonly coldStart?: boolean;
}

/** What an authorizer returned, or the message of what it threw. */
export type AuthorizerAnswer = { readonly returned: unknown } | { readonly threw: string };

/** A log line that is no decision, such as `secret refreshed`. */
export interface LogEvent {
  readonly kind: 'event';
  readonly id: number;
  readonly at: number;
  /** Name of the REST API that the authorizer is behind. */
  readonly api: string;
  readonly level: string;
  readonly message: string;
}

/** The stand-in's active fault; sent when it changes. */
export interface FaultState {
  readonly kind: 'fault';
  readonly fault: string;
}

/** A line of the stream. */
export type StreamItem = Decision | LogEvent | FaultState;

/** What a request of the console got. */
export interface SendResult {
  readonly request: HttpRequest;
  /** Here, from `serverless offline`. */
  readonly status: number;
  /** What API Gateway would have answered. */
  readonly awsStatus: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Undefined when the authorizer was not called. */
  readonly decision: Decision | undefined;
}

/** A token, or a whole request as a curl command. */
export interface InspectInput {
  readonly api: string;
  readonly text: string;
  /** Further headers, one a line, such as those that the token is bound to. */
  readonly headers: string;
}

/** What a token says, and what the authorizer decides on the request with it. */
export interface InspectResult {
  /** Decoded without verification. Undefined when there is no such part. */
  readonly unverifiedHeader: unknown;
  readonly unverifiedClaims: unknown;
  readonly request: HttpRequest;
  /** The body, or a part of it, is in a file or a form, which is not read. */
  readonly isBodyUnknown: boolean;
  readonly line: LoggedDecision;
}

/** How a token is minted. */
export interface MintInput {
  readonly api: string;
  readonly algorithm: string;
  readonly expiresIn: number;
  /** Value of the Authorization header that the token is bound to; empty for none. */
  readonly boundTo: string;
  /** User whose login is sent, where users are checked; empty for none. */
  readonly user: string;
  /** One of the API's; empty where users are not checked. */
  readonly issuer: string;
  /** JSON object of further claims; empty for none. */
  readonly claims: string;
  readonly isSigned: boolean;
  readonly method: string;
  readonly body: string;
}

/** A minted token in a request. */
export interface MintResult {
  readonly token: string;
  readonly header: string;
  readonly curl: string;
  readonly request: HttpRequest;
}
