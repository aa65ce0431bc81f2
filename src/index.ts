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
export type { EnforcingOptions, Verifier } from './createVerifier.ts';
export { createVerifier } from './createVerifier.ts';
export type { FailureCode } from './decision/failure.ts';
export { Failure, failureCodes } from './decision/failure.ts';
export type { RefusalDetails, RefusalReason } from './decision/refusal.ts';
export { Refusal, refusalReasons } from './decision/refusal.ts';
export type { WebRequest } from './event/webRequest.ts';
export type { Guarded, GuardedHandler, GuardResponse } from './guardHandler.ts';
export { guardHandler } from './guardHandler.ts';
export type { AuthorizerContext } from './policy/context.ts';
export type { AuthorizerResponse, PolicyResponse, SimpleResponse } from './policy/respond.ts';
export type { WithApproovOptions } from './withApproov.ts';
export { withApproov } from './withApproov.ts';
export type { HandlerCallback, LambdaHandler } from './wrapped/callHandler.ts';
