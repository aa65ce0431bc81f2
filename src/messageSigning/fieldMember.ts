import { type InnerList, type Item, parseDictionary } from 'structured-headers';
import { Refusal } from '../errors.ts';
import { type HeaderFields, headerValues } from '../event/headers.ts';

/**
 * Commas, and the Strings and Display Strings that may contain commas. A string that is not closed ends with the text.
 */
export const quotedOrComma = /%"[^"]*"?|"(?:\\.|[^"\\])*"?|,/gs;

/**
 * Finds one member of a Dictionary structured field. The library parses the whole field. In a field that it accepts,
 * every comma outside of Strings and Display Strings separates two members.
 *
 * @param lines values of the header, one for each time it was sent; together they are one dictionary
 * @param label key of the member
 * @returns the member, and what follows `label=` exactly as received; undefined when there is no such member
 * @throws Refusal `message_signature_malformed`: not a dictionary, or two members with the label whose texts differ.
 *   RFC 9651 takes the last, but other readers take the first
 * @see {@link https://www.rfc-editor.org/rfc/rfc9651#section-4.2.2} Parsing a Dictionary
 */
export function fieldMember(
  lines: readonly string[],
  label: string,
): { readonly value: Item | InnerList; readonly raw: string } | undefined {
  const text = lines.join(', ');
  const value = parse(text).get(label);
  if (!value) return undefined;
  const found = new Set<string>();
  for (const piece of pieces(text)) {
    if (/^[a-z0-9_\-.*]+/.exec(piece)?.[0] === label) found.add(piece.slice(label.length + 1));
  }
  const [raw, ...others] = found;
  if (raw === undefined || others.length > 0) throw new Refusal('message_signature_malformed');
  return { value, raw };
}

function parse(text: string): Map<string, Item | InnerList> {
  try {
    return parseDictionary(text);
  } catch {
    throw new Refusal('message_signature_malformed');
  }
}

function* pieces(text: string): Generator<string> {
  let start = 0;
  for (const { 0: match, index } of text.matchAll(quotedOrComma)) {
    if (match !== ',') continue;
    yield text.slice(start, index).trim();
    start = index + 1;
  }
  yield text.slice(start).trim();
}

const canonicalBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads a member that is a Byte Sequence, `:<base64>:`. Approov's okhttp client 3.5.2 to 3.5.7 writes a String instead,
 * `"<base64>"`, as published examples of Content-Digest do.
 *
 * @returns undefined when it is neither
 * @see {@link https://www.rfc-editor.org/rfc/rfc9651#section-3.3.5} Byte Sequences
 */
export function readBytes([value]: Item | InnerList): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (typeof value === 'string' && canonicalBase64.test(value)) {
    return new Uint8Array(Buffer.from(value, 'base64'));
  }
  return undefined;
}

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
