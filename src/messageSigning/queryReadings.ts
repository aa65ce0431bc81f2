import { type PercentEncoding, percentEncode } from './percentEncode.ts';

type Pair = readonly [name: string, value: string];

/**
 * How URL builders write query parameters, the usual ones first: strict RFC 3986, HTML forms and Java, JavaScript and
 * Android, okhttp, Python, Apple, Apple with `+`, then base64 and brackets left alone. None leaves a `+` or `;`, for API
 * Gateway takes these for a space and for the end of the parameter.
 */
const encodings: readonly PercentEncoding[] = [
  { kept: '-._~' },
  { kept: '-._*', space: '+' },
  { kept: "-._~!*'()" },
  { kept: '-._*' },
  { kept: '-._~', space: '+' },
  { kept: "-._~!$'()*,:@/?" },
  { kept: "-._~!$'()*,:@/?", space: '+' },
  { kept: "-._~!$'()*,:@/?=" },
  { kept: "-._~!$'()*,:@/?=", space: '+' },
  { kept: "-._~!$'()*,:@/?=[]" },
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
  const written = new Map<string, readonly string[]>();
  for (const parameters of writings(pairs)) {
    const query = parameters.join('&');
    if (written.has(query)) continue;
    written.set(query, parameters);
    yield query;
  }
  const others = orders(pairs);
  others.next(); // the event's own
  for (const order of others) {
    for (const parameters of written.values()) yield order.map((index) => parameters[index]).join('&');
  }
}

function* writings(pairs: readonly Pair[]): Generator<readonly string[]> {
  for (const encoding of encodings) {
    for (const hex of [{}, { hex: 'lower' }] as const) {
      for (const emptyValue of ['=', '']) {
        yield pairs.map((pair) => write(pair, { ...encoding, ...hex }, emptyValue));
      }
    }
  }
}

function write([name, value]: Pair, encoding: PercentEncoding, emptyValue: string): string {
  const written = percentEncode(name, { ...encoding, kept: encoding.kept.replace('=', '') });
  return value === '' ? written + emptyValue : `${written}=${percentEncode(value, encoding)}`;
}

/** The orders in which the parameters may have been written; the event's comes first. */
function* orders(pairs: readonly Pair[]): Generator<readonly number[]> {
  if (pairs.length > mostReordered) return yield [...pairs.keys()];
  const ofName = new Map<string, number[]>();
  for (const [index, [name]] of pairs.entries()) ofName.set(name, [...(ofName.get(name) ?? []), index]);
  yield* interleave([...ofName.values()]);
}

/** Every sequence of all lists' elements in which each list keeps its order; one list after the other comes first. */
function* interleave(lists: readonly (readonly number[])[]): Generator<readonly number[]> {
  if (lists.length === 0) yield [];
  for (const [position, [first, ...others]] of lists.entries()) {
    const rest = others.length > 0 ? lists.with(position, others) : lists.toSpliced(position, 1);
    for (const following of interleave(rest)) yield [first as number, ...following];
  }
}
