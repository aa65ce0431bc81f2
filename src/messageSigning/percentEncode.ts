/** How a client writes text into a URI. */
interface PercentEncoding {
  /** ASCII characters that are not encoded, besides letters and digits */
  readonly kept: string;
  /** how a space is written; `%20` if left out */
  readonly space?: '+';
  /** case of the hexadecimal digits; upper if left out */
  readonly hex?: 'lower';
}

/**
 * Makes a function that percent-encodes text as UTF-8. Its table is made with the first text: signing may be off. A lone
 * surrogate counts as U+FFFD: no client can have sent it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3986#section-2.1}
 */
export function percentEncoder(encoding: PercentEncoding): (text: string) => string {
  let table: readonly string[] | undefined;
  return (text) => {
    if (text === '') return '';
    table ??= encodedBytes(encoding);
    let encoded = '';
    for (const byte of Buffer.from(text)) encoded += table[byte];
    return encoded;
  };
}

function encodedBytes({ kept, space, hex }: PercentEncoding): string[] {
  return Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    if (character === ' ' && space) return space;
    if (/[A-Za-z0-9]/.test(character) || kept.includes(character)) return character;
    const digits = byte.toString(16).padStart(2, '0');
    return `%${hex === 'lower' ? digits : digits.toUpperCase()}`;
  });
}
