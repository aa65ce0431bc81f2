import { type InnerList, type Item, parseDictionary } from 'structured-headers';
import { Refusal } from '../decision/refusal.ts';

/** One member of a Dictionary field. */
export interface FieldMember {
  readonly value: Item | InnerList;
  /** what follows `label=`, exactly as received */
  readonly raw: string;
}

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
 * @returns undefined when there is no such member
 * @throws Refusal `message_signature_malformed`: not a dictionary, or two members with the label whose texts differ.
 *   RFC 9651 takes the last, but other readers take the first
 * @see {@link https://www.rfc-editor.org/rfc/rfc9651#section-4.2.2} Parsing a Dictionary
 */
export function fieldMember(lines: readonly string[], label: string): FieldMember | undefined {
  const text = lines.join(', ');
  const value = parse(text).get(label);
  if (!value) return undefined;
  const found = new Set<string>();
  for (const piece of pieces(text)) {
    if (keyOf(piece) === label) found.add(piece.slice(label.length + 1));
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

function keyOf(piece: string): string | undefined {
  return /^[a-z0-9_\-.*]+/.exec(piece)?.[0];
}
