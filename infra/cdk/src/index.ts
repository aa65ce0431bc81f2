// Made by `npm run templates` from the tables of infra/stack. Change it there.
export { ApproovAuthorizer, ApproovAuthorizerProps } from './approovAuthorizer';
export {
  ApproovAuthorizerOptions,
  Binding,
  Denial,
  HttpApiResponse,
  LogLevel,
  MessageSigning,
  MessageSigningMode,
  MessageSigningWithoutKey,
  Mode,
  ResourceScope,
  UserAuth,
  UserTokenUse,
} from './approovAuthorizerOptions';
