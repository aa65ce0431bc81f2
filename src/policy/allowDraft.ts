import type { AuthorizerRequest } from '../event/apiRequest.ts';
import type { ApproovClaims } from '../token/claims.ts';
import { type ClaimsContext, claimsContext } from './context.ts';
import { allowPolicy, type Policy } from './policy.ts';
import { policyResource, type ResourceScope } from './resource.ts';

/** The principal when the token names nobody. */
export const anonymous = 'approov';

/** The settings that an Allow depends on. */
export interface AllowSettings {
  readonly resourceScope: ResourceScope;
  /** Seconds. */
  readonly clockToleranceSeconds: number;
  /** Claims handed to the backend. */
  readonly contextClaims: readonly string[];
}

/** What an Allow takes from the token. */
export interface AllowDraft {
  readonly principalId: string;
  /** Seconds since 1970 UTC at which the policy ends. */
  readonly until: number;
  readonly policyDocument: Policy;
  readonly claimsContext: ClaimsContext;
}

/** Makes what an Allow takes from the token. */
export function draftAllow(
  claims: ApproovClaims,
  { arn }: AuthorizerRequest,
  settings: AllowSettings,
): AllowDraft {
  const until = claims.exp + settings.clockToleranceSeconds;
  return {
    principalId: claims.did || claims.sub || anonymous,
    until,
    policyDocument: allowPolicy(policyResource(arn, settings.resourceScope), until),
    claimsContext: claimsContext(claims, settings.contextClaims),
  };
}
