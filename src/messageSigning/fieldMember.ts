import { type InnerList, type Item, parseDictionary } from 'structured-headers';
import { Refusal } from '../decision/refusal.ts';

/** One member of a Dictionary field. */
export interface FieldMember {
  readonly value: Item | InnerList;
  /** what follows `label=`, exactly as received */
  readonly raw: string;
}

// What may hold a comma that separates nothing: strings and display strings.
const quotedOrComma = /%"[^"]*"|"(?:\\.|[^"\\])*"|,/gs;

/**
 * Finds one member of a Dictionary structured field. The library parses the whole field, and then each piece of it
 * between separating commas: where every piece parses alone to one member, the field was cut where the library cuts it.
 *
 * @param lines values of the header, one for each time it was sent: together they are one dictionary
 * @param label key of the member
 * @returns undefined when there is no such member
 * @throws Refusal `message_signature_malformed`: not a dictionary, or the label occurs twice, of which RFC 9651 would take
 *   the last and another reader the first
 * @see {@link https://www.rfc-editor.org/rfc/rfc9651#section-4.2.2} Parsing a Dictionary
 */
export function fieldMember(lines: readonly string[], label: string): FieldMember | undefined {
  const text = lines.join(', ');
  parse(text);
  const found: FieldMember[] = [];
  for (const piece of pieces(text)) {
    const value = parse(piece).get(label);
    if (value) found.push({ value, raw: piece.slice(label.length + 1) });
  }
  if (found.length > 1) throw new Refusal('message_signature_malformed');
  return found[0];
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
