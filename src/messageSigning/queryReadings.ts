import { percentEncoder } from './percentEncode.ts';

type Pair = readonly [name: string, value: string];

/** One way to write a query: the encoding of names and values, and what follows a name with an empty value. */
interface Writing {
  readonly name: (text: string) => string;
  readonly value: (text: string) => string;
  readonly empty: '=' | '';
}

/**
 * How URL builders write query parameters, the usual ones first: strict RFC 3986, HTML forms and Java, JavaScript and
 * Android, okhttp, Python, Apple, Apple with `+`, then with base64 and brackets not encoded. All encode `+` and `;`,
 * which API Gateway reads as a space and as the end of a parameter.
 */
const encodings = [
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
] as const;

/** Escapes in lower case are rare and come last. */
const writings = (['upper', 'lower'] as const).flatMap((digits) =>
  encodings.flatMap((encoding) => {
    const hex = digits === 'lower' ? { hex: digits } : {};
    const value = percentEncoder({ ...encoding, ...hex });
    const name = percentEncoder({ ...encoding, ...hex, kept: encoding.kept.replace('=', '') });
    return (['=', ''] as const).map((empty): Writing => ({ name, value, empty }));
  }),
);

/** With more parameters than this, only the likely orders are tried. */
const mostReordered = 8;

/**
 * The query strings from which API Gateway may have made these decoded parameters, most likely first. They differ in
 * what decoding loses: the encoding, `a` or `a=`, and the order of parameters with different names. Values of one name
 * stay in order, because the event keeps it.
 *
 * @param pairs decoded names and values, in event order
 * @param named those of the names that the signature covers as `@query-param`, in its order
 * @returns each without `?`, none twice; generated one by one
 */
export function* queryReadings(pairs: readonly Pair[], named: readonly string[] = []): Generator<string> {
  const written: (readonly string[])[] = [];
  for (const { name, value, empty } of distinctWritings(pairs)) {
    const parameters = pairs.map((pair) => name(pair[0]) + (pair[1] === '' ? empty : `=${value(pair[1])}`));
    const query = parameters.join('&');
    // A parameter with an empty name and an empty value is not the same as no parameter.
    if (query === '' && pairs.length > 0) continue;
    written.push(parameters);
    yield query;
  }
  const seen = new Set([keyOf([...pairs.keys()])]);
  for (const order of orders(pairs, named)) {
    if (seen.has(keyOf(order))) continue;
    seen.add(keyOf(order));
    for (const parameters of written) yield order.map((index) => parameters[index]).join('&');
  }
}

/**
 * The writings that differ for these parameters. Only their distinct characters are compared: long queries are costly.
 */
function distinctWritings(pairs: readonly Pair[]): Writing[] {
  const names = special(pairs.map(([name]) => name));
  const values = special(pairs.map(([, value]) => value));
  const hasEmpty = pairs.some(([, value]) => value === '');
  const distinct = new Map<string, Writing>();
  for (const writing of writings) {
    const key = `${writing.name(names)}&${writing.value(values)}&${hasEmpty && writing.empty}`;
    if (!distinct.has(key)) distinct.set(key, writing);
  }
  return [...distinct.values()];
}

const asciiSpecial = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter((character) =>
  /[^A-Za-z0-9]/.test(character),
);

/** The characters, each once, that encodings may write differently. One beyond ASCII stands for all others. */
function special(texts: readonly string[]): string {
  const text = texts.join('');
  const found = asciiSpecial.filter((character) => text.includes(character));
  return found.join('') + (/[^ -~]/.test(text) ? 'ä' : '');
}

/** Possible orders of the parameters: that of the signature's components, by name, then all orders, if they are few. */
function* orders(pairs: readonly Pair[], named: readonly string[]): Generator<readonly number[]> {
  const ofName = new Map<string, number[]>();
  for (const [index, [name]] of pairs.entries()) {
    const others = ofName.get(name);
    if (others) others.push(index);
    else ofName.set(name, [index]);
  }
  const inOrder = (names: Iterable<string>) => [...names].flatMap((name) => ofName.get(name) as number[]);
  yield inOrder(new Set([...named, ...ofName.keys()]));
  yield inOrder([...ofName.keys()].sort());
  if (pairs.length <= mostReordered) yield* interleave([...ofName.values()]);
}

/** All merges of the lists that keep the order within each list. The first is one list after the other. */
function* interleave(lists: readonly (readonly number[])[]): Generator<readonly number[]> {
  if (lists.length === 0) yield [];
  for (const [position, [first, ...others]] of lists.entries()) {
    const rest = others.length > 0 ? lists.with(position, others) : lists.toSpliced(position, 1);
    for (const following of interleave(rest)) yield [first as number, ...following];
  }
}

function keyOf(order: readonly number[]): string {
  return order.join(' ');
}
