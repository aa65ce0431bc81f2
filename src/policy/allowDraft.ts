import type { Config } from '../config/readConfig.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import type { ApproovClaims } from '../token/claims.ts';
import { type ClaimsContext, claimsContext } from './context.ts';
import { allowPolicy, type Policy } from './policy.ts';
import { policyResource } from './resource.ts';

/** Principal when the token names nobody. */
export const anonymous = 'approov';

/** What an Allow takes from the token. */
export interface AllowDraft {
  readonly principalId: string;
  readonly policyDocument: Policy;
  readonly claimsContext: ClaimsContext;
}

/** Works out ahead what an Allow would take from the token, should the request turn out to be allowed. */
export function draftAllow(claims: ApproovClaims, { arn }: ApiRequest, config: Config): AllowDraft {
  const until = claims.exp + config.clockToleranceSeconds;
  return {
    principalId: claims.did || claims.sub || anonymous,
    policyDocument: allowPolicy(policyResource(arn, config.resourceScope), until),
    claimsContext: claimsContext(claims, config.contextClaims),
  };
}
