import { Failure } from '../decision/failure.ts';
import type { ApiRequest } from '../event/apiRequest.ts';

/**
 * Makes sure that API Gateway caches answers by a header that they depend on, as far as the event shows it.
 *
 * @param value the header's value without outer white space
 * @throws Failure `identity_source_missing`: the event names identity sources of which this header is none, so that API Gateway
 *   would give one user's cached answer to another
 */
export function requireIdentitySource({ identitySources }: ApiRequest, value: string): void {
  if (identitySources.length > 0 && !identitySources.includes(value)) {
    throw new Failure(
      'identity_source_missing',
      "the user's header is not an identity source of the authorizer",
    );
  }
}
