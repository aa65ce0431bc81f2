import type { AuthorizerContext } from './context.ts';

/** What an answer takes from a verified user. */
export interface User {
  readonly principalId: string;
  /** Seconds since 1970 UTC at which an Allow ends, whatever the Approov token says. */
  readonly until: number;
  /** What the backend gets of the user, each key with the prefix `user_`. */
  readonly context: AuthorizerContext;
}
