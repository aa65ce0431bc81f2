import { Refusal } from '../decision/refusal.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { headerValues } from '../event/headers.ts';
import { requireIdentitySource } from './identitySource.ts';

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
