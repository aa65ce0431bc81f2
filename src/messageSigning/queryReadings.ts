import { percentEncoder } from './percentEncode.ts';

type Pair = readonly [name: string, value: string];

/** One way to write a query: how its text is encoded, and what stands behind a name without value. */
interface Writing {
  readonly name: (text: string) => string;
  readonly value: (text: string) => string;
  readonly empty: '=' | '';
}

/**
 * How URL builders write query parameters, the usual ones first: strict RFC 3986, HTML forms and Java, JavaScript and
 * Android, okhttp, Python, Apple, Apple with `+`, then base64 and brackets left alone. None leaves a `+` or `;`, for API
 * Gateway takes these for a space and for the end of the parameter.
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

/** Escapes in lower case are rare: they come when everything else was tried. */
const writings = (['upper', 'lower'] as const).flatMap((digits) =>
  encodings.flatMap((encoding) => {
    const hex = digits === 'lower' ? { hex: digits } : {};
    const value = percentEncoder({ ...encoding, ...hex });
    const name = percentEncoder({ ...encoding, ...hex, kept: encoding.kept.replace('=', '') });
    return (['=', ''] as const).map((empty): Writing => ({ name, value, empty }));
  }),
);

/** Above this number of parameters not every order is tried. */
const mostReordered = 8;

/**
 * The query strings from which API Gateway may have made these decoded parameters, the likeliest first. They differ in
 * what the parameters cannot tell: the encoding, `a` or `a=`, and the order of parameters of different names. The order of
 * values of one name is kept, for the event tells it.
 *
 * @param pairs decoded names and values, in event order
 * @param named names among them, in the order in which the signature covers them as `@query-param`
 * @returns each without `?`, none twice; as many as are asked for
 */
export function* queryReadings(pairs: readonly Pair[], named: readonly string[] = []): Generator<string> {
  const written: (readonly string[])[] = [];
  for (const { name, value, empty } of distinctWritings(pairs)) {
    const parameters = pairs.map((pair) => name(pair[0]) + (pair[1] === '' ? empty : `=${value(pair[1])}`));
    const query = parameters.join('&');
    // One parameter without name and value is not the same as none.
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

/** The writings that differ for these parameters: told by their characters, for long queries are costly to write. */
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

/** Each character once that encodings may write differently; one beyond ASCII stands for all. */
function special(texts: readonly string[]): string {
  const text = texts.join('');
  const found = asciiSpecial.filter((character) => text.includes(character));
  return found.join('') + (/[^ -~]/.test(text) ? 'ä' : '');
}

/** Orders in which the parameters may have been written: as the signature names them, by name, then all, if they are few. */
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

/** Every sequence of all lists' elements in which each list keeps its order; one list after the other comes first. */
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
