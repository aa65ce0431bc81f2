import { type HeaderFields, headerValues } from '../event/headers.ts';

/**
 * Value of a header field as in a signature base.
 *
 * @param name header name in lower case
 * @returns undefined when the request has no such field
 */
export function fieldValue(headers: HeaderFields, name: string): string | undefined {
  return joinLines(headerValues(headers, name));
}

/**
 * Joins the lines of one header field, each trimmed and without obsolete folding.
 *
 * @returns undefined when there are no lines
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.1} HTTP Fields
 */
export function joinLines(lines: readonly string[]): string | undefined {
  if (lines.length === 0) return undefined;
  return lines.map((line) => line.trim().replace(/\r?\n[ \t]+/g, ' ')).join(', ');
}
