import { type PercentEncoding, percentEncode } from './percentEncode.ts';

type Pair = readonly [name: string, value: string];

/**
 * How URL builders write query parameters, the usual ones first: strict RFC 3986, HTML forms and Java, JavaScript and
 * Android, okhttp, Python, Apple, Apple with `+`, base64 left alone, and what browsers and hand-made URLs leave alone.
 */
const encodings: readonly PercentEncoding[] = [
  { kept: '-._~' },
  { kept: '-._*', space: '+' },
  { kept: "-._~!*'()" },
  { kept: '-._*' },
  { kept: '-._~', space: '+' },
  { kept: "-._~!$'()*+,;:@/?" },
  { kept: "-._~!$'()*,;:@/?", space: '+' },
  { kept: "-._~!$'()*+,;:@/?=" },
  { kept: "-._~!$'()*,;:@/?=", space: '+' },
  { kept: '-._~!$()*+,;:@/?=[]{}|\\^`' },
];

/** Above this number of parameters only the event's order is tried. */
const mostReordered = 8;

/**
 * The query strings from which API Gateway may have made these decoded parameters, the likeliest first. They differ in
 * what the parameters cannot tell: the encoding, `a` or `a=`, and the order of parameters of different names. The order of
 * values of one name is kept, for the event tells it.
 *
 * @param pairs decoded names and values, in event order
 * @returns each without `?`; as many as are asked for
 */
export function* queryReadings(pairs: readonly Pair[]): Generator<string> {
  const written = distinctWritings(pairs);
  for (const order of orders(pairs)) {
    for (const parameters of written) yield order.map((index) => parameters[index]).join('&');
  }
}

function distinctWritings(pairs: readonly Pair[]): Iterable<readonly string[]> {
  const distinct = new Map<string, readonly string[]>();
  for (const encoding of encodings) {
    for (const hex of [undefined, 'lower'] as const) {
      for (const emptyValue of ['=', '']) {
        const parameters = pairs.map((pair) => write(pair, { ...encoding, ...(hex && { hex }) }, emptyValue));
        distinct.set(parameters.join('&'), parameters);
      }
    }
  }
  return distinct.values();
}

function write([name, value]: Pair, encoding: PercentEncoding, emptyValue: string): string {
  const written = percentEncode(name, { ...encoding, kept: encoding.kept.replace('=', '') });
  return value === '' ? written + emptyValue : `${written}=${percentEncode(value, encoding)}`;
}

function orders(pairs: readonly Pair[]): Iterable<readonly number[]> {
  const indices = [...pairs.keys()];
  if (pairs.length > mostReordered) return [indices];
  return interleave([...Map.groupBy(indices, (index) => pairs[index]?.[0]).values()]);
}

/** Every sequence of all lists' elements in which each list keeps its order; one list after the other comes first. */
function* interleave(lists: readonly (readonly number[])[]): Generator<readonly number[]> {
  if (lists.length === 0) yield [];
  for (const [position, [first, ...others]] of lists.entries()) {
    const rest = others.length > 0 ? lists.with(position, others) : lists.toSpliced(position, 1);
    for (const following of interleave(rest)) yield [first as number, ...following];
  }
}
