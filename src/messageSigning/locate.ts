import { type Item, isInnerList, type Parameters, serializeItem } from 'structured-headers';
import { Refusal } from '../errors.ts';
import { type HeaderFields, headerValues } from '../event/headers.ts';
import { isString } from '../json.ts';
import { fieldMember, quotedOrComma, readBytes } from './fieldMember.ts';

/** A message signature as sent, not verified in any way. */
export interface RawMessageSignature {
  readonly components: readonly Component[];
  /** components and parameters exactly as received: the value of `@signature-params` */
  readonly rawParameters: string;
  readonly algorithm: string | undefined;
  /** seconds since 1970 UTC */
  readonly created: number | undefined;
  /** seconds since 1970 UTC */
  readonly expires: number | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Takes the signature with one label out of a request's `Signature-Input` and `Signature` headers. Other members are
 * ignored: SDK 3.7 and later may send two.
 *
 * @throws Refusal `message_signature_missing`: the label is not in both headers; `message_signature_malformed`: a
 *   header is not a dictionary, or the member is not a signature
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-4}
 */
export function locateRawMessageSignature(headers: HeaderFields, label: string): RawMessageSignature {
  const input = fieldMember(headerValues(headers, 'signature-input'), label);
  const signature = fieldMember(headerValues(headers, 'signature'), label);
  if (!input || !signature) throw new Refusal('message_signature_missing');
  const bytes = readBytes(signature.value);
  if (!bytes || !isInnerList(input.value)) throw new Refusal('message_signature_malformed');
  const [items, parameters] = input.value;
  if (hasDecimalTime(input.raw)) throw new Refusal('message_signature_malformed');
  return {
    components: readComponents(items),
    rawParameters: input.raw,
    algorithm: optional(parameters.get('alg'), isString),
    created: optional(parameters.get('created'), isInteger),
    expires: optional(parameters.get('expires'), isInteger),
    bytes,
  };
}

/**
 * Whether a request has a signature with a label.
 *
 * @throws Refusal `message_signature_malformed`: a header is not a dictionary
 */
export function hasMessageSignature(headers: HeaderFields, label: string): boolean {
  return ['signature-input', 'signature'].every((name) => fieldMember(headerValues(headers, name), label));
}

/** Whether a time is a Decimal, such as `1700000000.0`, which the library parses to the same number as an Integer. */
function hasDecimalTime(rawMember: string): boolean {
  const unquoted = rawMember.replace(quotedOrComma, '""');
  return /;[ ]*(?:created|expires)=-?\d+\./.test(unquoted.slice(unquoted.lastIndexOf(')')));
}

const isInteger = (value: unknown): value is number => Number.isInteger(value);

function optional<T>(value: unknown, isValid: (value: unknown) => value is T): T | undefined {
  if (value === undefined || isValid(value)) return value;
  throw new Refusal('message_signature_malformed');
}

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
 * Reads the list of covered components. RFC 9421 forbids a component twice, but Approov's clients write the token's header
 * so when it is `Authorization`. It then has as many lines in the signature base.
 *
 * @throws Refusal `message_signature_malformed`: an item is not a String
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.5} Creating the Signature Base
 */
export function readComponents(items: readonly Item[]): readonly Component[] {
  return items.map(([name, parameters]) => {
    if (typeof name !== 'string') throw new Refusal('message_signature_malformed');
    return { name, parameters, identifier: serializeItem([name, parameters]) };
  });
}
