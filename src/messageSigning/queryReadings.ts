import { percentEncoder } from './percentEncode.ts';

type Pair = readonly [name: string, value: string];

/** One way to write a query: the encoding of names and values, and what follows a name with an empty value. */
interface Writing {
  readonly name: (text: string) => string;
  readonly value: (text: string) => string;
  readonly empty: '=' | '';
}

/** RFC 3986, and what OkHttp sends and signs of a URL that it was given. */
const usualEncodings = [{ kept: '-._~' }, { kept: '-._~!$()*,:@/?=[]' }] as const;

/**
 * How other URL builders write query parameters: HTML forms and Java, JavaScript and Android, OkHttp's own parameters,
 * Python, Apple, Apple with `+`, then with base64 and brackets not encoded. All encode `+` and `;`, which API Gateway reads
 * as a space and as the end of a parameter.
 */
const otherEncodings = [
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

/** The usual ones first. Escapes in lower case are rare and come last. */
const writings = (['upper', 'lower'] as const).flatMap((digits) =>
  [...usualEncodings, ...otherEncodings].flatMap((encoding) => {
    const hex = digits === 'lower' ? { hex: digits } : {};
    const value = percentEncoder({ ...encoding, ...hex });
    const name = percentEncoder({ ...encoding, ...hex, kept: encoding.kept.replace('=', '') });
    return (['=', ''] as const).map((empty): Writing => ({ name, value, empty }));
  }),
);
/** RFC 3986 and OkHttp, with `a=` for an empty value. */
const usual = new Set(writings.slice(0, 2 * usualEncodings.length).filter(({ empty }) => empty === '='));

/** In the event's order, so many writings come before any other order. */
const likelyWritings = 20;

/** With more parameters than this, only the event's order and that by name are tried. */
const mostReordered = 5;

/**
 * The query strings from which API Gateway may have made these decoded parameters, most likely first. They differ in
 * what decoding loses: the encoding, `a` or `a=`, and the order of parameters with different names, which REST APIs do not
 * keep. Values of one name stay in order.
 *
 * @param pairs decoded names and values, in event order
 * @param named those of the names that the signature covers as `@query-param`, in its order
 * @returns each without `?`; generated one by one
 */
export function* queryReadings(pairs: readonly Pair[], named: readonly string[] = []): Generator<string> {
  const written = distinctWritings(pairs).map((writing) => ({
    isUsual: usual.has(writing),
    parameters: pairs.map(([name, value]) => {
      return writing.name(name) + (value === '' ? writing.empty : `=${writing.value(value)}`);
    }),
  }));
  const [eventOrder, ...otherOrders] = orders(pairs, named) as [Order, ...Order[]];
  const stages = [
    { orders: [eventOrder], written: written.slice(0, likelyWritings) },
    { orders: otherOrders, written: written.filter(({ isUsual }) => isUsual) },
    { orders: [eventOrder], written: written.slice(likelyWritings) },
    { orders: otherOrders, written: written.filter(({ isUsual }) => !isUsual) },
  ];
  for (const stage of stages) {
    for (const order of stage.orders) {
      for (const { parameters } of stage.written) {
        const query = order.map((index) => parameters[index]).join('&');
        // A parameter with an empty name and an empty value is not the same as no parameter.
        if (query !== '' || pairs.length === 0) yield query;
      }
    }
  }
}

type Order = readonly number[];

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

/** The characters, each once, that encodings may write differently. One beyond ASCII stands for all others. */
function special(texts: readonly string[]): string {
  const found = new Set(texts.join('').replace(/[A-Za-z0-9]+/g, ''));
  const ascii = [...found].filter((character) => character <= '~');
  return ascii.join('') + (ascii.length < found.size ? 'ä' : '');
}

/** Possible orders of the parameters: the event's, that of the signature's components, by name, then all, if they are few. */
function orders(pairs: readonly Pair[], named: readonly string[]): Order[] {
  const byName = Map.groupBy(pairs.keys(), (index) => (pairs[index] as Pair)[0]);
  const inOrder = (names: Iterable<string>) => [...names].flatMap((name) => byName.get(name) as number[]);
  const likely = [inOrder(new Set([...named, ...byName.keys()])), inOrder([...byName.keys()].sort())];
  const all = pairs.length <= mostReordered ? [...interleave([...byName.values()])] : [];
  const distinct = new Map([[...pairs.keys()], ...likely, ...all].map((order) => [order.join(' '), order]));
  return [...distinct.values()];
}

/** All merges of the lists that keep the order within each list. The first is one list after the other. */
function* interleave(lists: readonly Order[]): Generator<Order> {
  if (lists.length === 0) yield [];
  for (const [position, [first, ...others]] of lists.entries()) {
    const rest = others.length > 0 ? lists.with(position, others) : lists.toSpliced(position, 1);
    for (const following of interleave(rest)) yield [first as number, ...following];
  }
}
