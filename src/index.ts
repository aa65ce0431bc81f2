export type { AuthorizerResponse, PolicyResponse, SimpleResponse } from './answer/respond.ts';
export type { HandlerCallback, LambdaHandler } from './answer/wrappedAnswer.ts';
export type { AuthorizerTools } from './api/createAuthorizer.ts';
export { createAuthorizer } from './api/createAuthorizer.ts';
export type { EnforcingOptions, Verifier } from './api/createVerifier.ts';
export { createVerifier } from './api/createVerifier.ts';
export type { Guarded, GuardedHandler, GuardResponse } from './api/guardHandler.ts';
export { guardHandler } from './api/guardHandler.ts';
export type { AuthorizerOptions } from './api/options.ts';
export type { WithApproovOptions } from './api/withApproov.ts';
export { withApproov } from './api/withApproov.ts';
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
export type { AuthorizerContext } from './decision.ts';
export type { FailureCode, RefusalDetails, RefusalReason } from './errors.ts';
export { ConfigurationError, Failure, failureCodes, Refusal, refusalReasons } from './errors.ts';
export type { WebRequest } from './event/webRequest.ts';
export type { Authorizer } from './start.ts';
