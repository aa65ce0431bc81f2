import { Refusal } from '../decision/refusal.ts';
import type { RequestTarget } from '../event/apiRequest.ts';
import { percentEncoder } from './percentEncode.ts';

/** The application/x-www-form-urlencoded percent-encode set, the space as `%20`. */
const encode = percentEncoder({ kept: '-._*' });

/** Value of one named query parameter. */
export interface QueryParameter {
  /** decoded and encoded again, so that how the client wrote it does not matter */
  readonly encoded: string;
  /** as Approov's clients sign it; undefined where it could pass for another value, encoded */
  readonly decoded?: string;
}

/**
 * Finds named query parameters. RFC 9421 encodes name and value, Approov's clients do neither.
 *
 * @returns a function of the identifier's `name` parameter. It throws a Refusal `message_signature_coverage`: no text, or
 *   not exactly one query parameter has the name
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2.8}
 */
export function queryParameters(query: RequestTarget['query']): (name: unknown) => QueryParameter {
  // URLSearchParams takes a question mark at the start for the one before the query.
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

/** What is encoded already, and what could pass for the next line of a signature base. */
const mistakable = /[%\r\n]/;

/** The decoded name. With a percent sign it is an encoded one, or nothing: so no identifier names two parameters. */
export function parameterName(identifier: string): string | undefined {
  if (!identifier.includes('%')) return identifier;
  try {
    const name = decodeURIComponent(identifier);
    return encode(name) === identifier ? name : undefined;
  } catch {
    return undefined;
  }
}
