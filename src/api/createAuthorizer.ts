import type { PolicyResponse, SimpleResponse } from '../answer/respond.ts';
import { type Authorizer, startAuthorizer } from '../start.ts';
import { type AuthorizerOptions, readOptions } from './options.ts';
import { type AuthorizerTools, platformOf } from './tools.ts';

/**
 * Makes an authorizer with options in place of environment variables, for a Lambda function of your own around it. Make
 * it once, outside the handler: it starts fetching the secret at once and keeps it.
 *
 * @example
 * const authorizer = createAuthorizer({ secretId: 'approov/secret', bindingHeaders: ['Authorization'] });
 * export const handler = async (event) => authorizer(event);
 *
 * @returns answers an authorizer event, as the Lambda function does: throws `Unauthorized` for a refusal, a `Failure`
 *   when it cannot decide
 * @throws ConfigurationError one error that names each wrong option and its rule
 */
export function createAuthorizer(
  options: AuthorizerOptions & { readonly httpApiResponse: 'simple' },
  tools?: AuthorizerTools,
): Authorizer<SimpleResponse>;
export function createAuthorizer(
  options: AuthorizerOptions & { readonly httpApiResponse?: 'policy' | undefined },
  tools?: AuthorizerTools,
): Authorizer<PolicyResponse>;
export function createAuthorizer(options: AuthorizerOptions, tools?: AuthorizerTools): Authorizer;
export function createAuthorizer(options: AuthorizerOptions, tools: AuthorizerTools = {}): Authorizer {
  const { config, warnings } = readOptions(options);
  return startAuthorizer(config, warnings, platformOf(tools));
}
