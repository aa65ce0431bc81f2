/** How a client writes text into a URI. */
export interface PercentEncoding {
  /** characters left as they are beside letters and digits */
  readonly kept: string;
  /** how a space is written; `%20` if left out */
  readonly space?: '+';
  /** case of the hexadecimal digits; upper if left out */
  readonly hex?: 'lower';
}

/**
 * Percent-encodes text as UTF-8. Half a surrogate pair counts as U+FFFD: no client can have sent it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3986#section-2.1}
 */
export function percentEncode(text: string, { kept, space, hex }: PercentEncoding): string {
  // What ASCII the standard function encodes or keeps is decided again, by the given set.
  const encoded = encodeURIComponent(text.toWellFormed()).replace(/%[0-7][0-9A-F]|[-_.!~*'()]/g, (found) => {
    const code = found.length > 1 ? Number.parseInt(found.slice(1), 16) : found.charCodeAt(0);
    const character = String.fromCharCode(code);
    return kept.includes(character) ? character : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  const spaced = space ? encoded.replaceAll('%20', space) : encoded;
  return hex ? spaced.replace(/%../g, (octet) => octet.toLowerCase()) : spaced;
}
