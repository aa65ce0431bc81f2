import { Failure, Refusal } from '../errors.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { headerValues } from '../event/headers.ts';
import { trimAroundCommas } from '../event/readEvent.ts';

/** `Bearer` in any case, and what follows it. @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1} */
const bearer = /^bearer(?: +|$)/i;

/**
 * Finds the one user token of a request.
 *
 * @param header name of the header that carries it, any case
 * @returns the token as sent, without `Bearer`, not verified in any way
 * @throws Refusal `user_token_missing`: header absent, empty, or `Bearer` alone; `user_token_ambiguous`: header sent
 *   more than once or with a comma; Failure `identity_source_missing`, as {@link requireIdentitySource} throws it
 */
export function locateRawUserToken(request: ApiRequest, header: string): string {
  const values = headerValues(request.headers, header).map((value) => value.trim());
  if (values.every((value) => value === '')) throw new Refusal('user_token_missing');
  const [value] = values as [string];
  if (values.length > 1 || value.includes(',')) throw new Refusal('user_token_ambiguous');
  requireIdentitySource(request, value);
  const token = value.replace(bearer, '');
  if (token === '') throw new Refusal('user_token_missing');
  return token;
}

/**
 * Makes sure that API Gateway caches answers by a header that they depend on, as far as the event shows it.
 *
 * @param value the header's value without outer white space
 * @throws Failure `identity_source_missing`: the event names identity sources of which this header is none, so that API Gateway
 *   would give one user's cached answer to another
 */
export function requireIdentitySource({ identitySources }: ApiRequest, value: string): void {
  const isAmongThem =
    typeof identitySources === 'string'
      ? `,${identitySources},`.includes(`,${trimAroundCommas(value)},`)
      : identitySources.includes(value);
  if (identitySources.length > 0 && !isAmongThem) {
    throw new Failure(
      'identity_source_missing',
      "the user's header is not an identity source of the authorizer",
    );
  }
}
