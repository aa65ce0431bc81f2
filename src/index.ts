export type { Authorizer } from './authorizer.ts';
export type { AuthorizerOptions } from './authorizerOptions.ts';
export type { AuthorizerTools } from './authorizerTools.ts';
export type {
  AllowedContext,
  ApproovContext,
  ContentDigestResult,
  ReadContextOptions,
  ReadUserClaimsOptions,
  UserClaims,
  WouldDenyContext,
} from './backend.ts';
export {
  ApproovContextError,
  readApproovContext,
  readUserClaims,
  UserClaimsError,
  verifyContentDigest,
} from './backend.ts';
export { ConfigurationError } from './config/readConfig.ts';
export { createAuthorizer } from './createAuthorizer.ts';
export type { FailureCode } from './decision/failure.ts';
export { Failure, failureCodes } from './decision/failure.ts';
export type { RefusalReason } from './decision/refusal.ts';
export { refusalReasons } from './decision/refusal.ts';
export type { AuthorizerContext } from './policy/context.ts';
export type { AuthorizerResponse, PolicyResponse, SimpleResponse } from './policy/respond.ts';
