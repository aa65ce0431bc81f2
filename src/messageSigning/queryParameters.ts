import { Refusal } from '../errors.ts';
import type { RequestTarget } from '../event/apiRequest.ts';
import { percentEncoder } from './percentEncode.ts';

/** The application/x-www-form-urlencoded percent-encode set, with `%20` for a space. */
const encode = percentEncoder({ kept: '-._*' });

/** Value of one named query parameter. */
export interface QueryParameter {
  /** decoded and encoded again, so that the client's own encoding does not matter */
  readonly encoded: string;
  /** as Approov's clients sign it; undefined when it could pass for the encoding of another value */
  readonly decoded?: string;
}

/**
 * Finds query parameters by name. RFC 9421 encodes name and value, Approov's clients encode neither.
 *
 * @returns a function that takes the identifier's `name`. It throws a Refusal `message_signature_coverage` when that
 *   is not a string, or when the query does not have exactly one such parameter
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2.8}
 */
export function queryParameters(query: RequestTarget['query']): (name: unknown) => QueryParameter {
  // URLSearchParams drops a leading question mark, which here is part of the first name.
  const pairs = 'raw' in query ? new URLSearchParams(`&${query.raw}`) : query.decoded;
  const valuesOf = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const others = valuesOf.get(name);
    if (others) others.push(value);
    else valuesOf.set(name, [value]);
  }
  return (identifier) => {
    const name = typeof identifier === 'string' ? parameterName(identifier) : undefined;
    const values = name === undefined ? undefined : valuesOf.get(name);
    if (values?.length !== 1) throw new Refusal('message_signature_coverage');
    const [value] = values as [string];
    return { encoded: encode(value), ...(!mistakable.test(value) && { decoded: value }) };
  };
}

/** What looks encoded, or could end a line of a signature base. */
const mistakable = /[%\r\n]/;

/**
 * Decodes the name of a query parameter. A name with a percent sign counts only in the encoding of RFC 9421, so that
 * no name stands for two parameters.
 */
export function parameterName(identifier: string): string | undefined {
  if (!identifier.includes('%')) return identifier;
  try {
    const name = decodeURIComponent(identifier);
    return encode(name) === identifier ? name : undefined;
  } catch {
    return undefined;
  }
}
