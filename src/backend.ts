/** What a backend needs: the package's entry `approov-apigateway-authorizer/backend`, which loads no AWS SDK. */
export type { ContentDigestResult } from './backend/contentDigest.ts';
export { verifyContentDigest } from './backend/contentDigest.ts';
export type {
  AllowedContext,
  ApproovContext,
  ReadContextOptions,
  WouldDenyContext,
} from './backend/readApproovContext.ts';
export { ApproovContextError, readApproovContext } from './backend/readApproovContext.ts';
export type { ReadUserClaimsOptions, UserClaims } from './backend/readUserClaims.ts';
export { readUserClaims, UserClaimsError } from './backend/readUserClaims.ts';
