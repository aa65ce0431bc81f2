import { Refusal } from '../decision/refusal.ts';
import type { RequestTarget } from '../event/apiRequest.ts';
import { percentEncode } from './percentEncode.ts';

/** The application/x-www-form-urlencoded percent-encode set, the space as `%20`. */
const encoding = { kept: '-._*' };

/**
 * Value of one named query parameter, decoded and encoded again, so that how the client wrote it does not matter.
 *
 * @param encodedName the identifier's `name` parameter, percent-encoded
 * @throws Refusal `message_signature_coverage`: no text, or not exactly one query parameter has the name
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2.8}
 */
export function queryParameter(query: RequestTarget['query'], encodedName: unknown): string {
  const pairs = 'raw' in query ? [...new URLSearchParams(query.raw)] : query.decoded;
  const found = pairs.filter(([name]) => percentEncode(name, encoding) === encodedName);
  if (found.length !== 1) throw new Refusal('message_signature_coverage');
  return percentEncode((found[0] as readonly [string, string])[1], encoding);
}
