import { type HeaderFields, headerValues } from '../event/headers.ts';

/**
 * Value of a header field as a signature base has it: each line trimmed, obsolete folding undone, lines joined.
 *
 * @param name header name in lower case
 * @returns undefined when the request has no such field
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.1} HTTP Fields
 */
export function fieldValue(headers: HeaderFields, name: string): string | undefined {
  const lines = headerValues(headers, name);
  if (lines.length === 0) return undefined;
  return lines.map((line) => line.trim().replace(/\r?\n[ \t]+/g, ' ')).join(', ');
}
