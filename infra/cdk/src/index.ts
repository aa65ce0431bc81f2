export { ApproovAuthorizer, ApproovAuthorizerProps } from './approovAuthorizer';
export { ApproovSettings } from './approovSettings';
