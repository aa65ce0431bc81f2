import { type Item, type Parameters, serializeItem } from 'structured-headers';
import { Refusal } from '../decision/refusal.ts';

/**
 * One covered component of a signature.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2}
 */
export interface Component {
  /** header name, or a derived component's name that starts with `@` */
  readonly name: string;
  readonly parameters: Parameters;
  /** name and parameters as in the signature base */
  readonly identifier: string;
}

/**
 * Reads the list of covered components.
 *
 * @throws Refusal `message_signature_malformed`: an item is not a String, or a component occurs twice
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.5} Creating the Signature Base: each identifier occurs once
 */
export function readComponents(items: readonly Item[]): readonly Component[] {
  const components = items.map(([name, parameters]): Component => {
    if (typeof name !== 'string') throw new Refusal('message_signature_malformed');
    return { name, parameters, identifier: serializeItem([name, parameters]) };
  });
  if (new Set(components.map(({ identifier }) => identifier)).size < components.length) {
    throw new Refusal('message_signature_malformed');
  }
  return components;
}
