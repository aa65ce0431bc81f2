/** What a backend needs, without the AWS SDK: the package's entry `approov-apigateway-authorizer/backend`. */
export type { ContentDigestResult } from './contentDigest.ts';
export { verifyContentDigest } from './contentDigest.ts';
export type {
  AllowedContext,
  ApproovContext,
  ReadContextOptions,
  WouldDenyContext,
} from './readApproovContext.ts';
export { ApproovContextError, readApproovContext } from './readApproovContext.ts';
