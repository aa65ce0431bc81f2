import { Failure } from '../errors.ts';
import { isString, isStringList } from '../json.ts';

/**
 * Header fields of one request: the two maps of an event, with checked types. REST and WebSocket events list every
 * value in `multiValueHeaders` and the last one in `headers`. HTTP API has `headers` alone and joins several values
 * with commas. The case of names depends on the kind of API.
 */
export interface HeaderFields {
  readonly headers: Readonly<Record<string, string | null | undefined>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[] | null | undefined>>;
}

/**
 * All values of a header, whatever the case of its name in the event. A value that is in only one of the two maps
 * counts as sent: a header on which the maps disagree must look ambiguous, never single.
 *
 * @param fields the request's header fields
 * @param name header name, any case
 * @returns the values as received, empty when the header is absent
 */
export function headerValues({ headers, multiValueHeaders }: HeaderFields, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const listed: string[] = [];
  for (const key of Object.keys(multiValueHeaders)) {
    if (isName(key, wanted)) listed.push(...(multiValueHeaders[key] ?? []));
  }
  const single: string[] = [];
  for (const key of Object.keys(headers)) {
    const value = isName(key, wanted) ? headers[key] : undefined;
    if (value != null) single.push(value);
  }
  return merge(listed, single);
}

/**
 * {@link headerValues} for many names, in one pass over the headers.
 *
 * @returns a function that takes a header name in lower case
 */
export function indexHeaders({
  headers,
  multiValueHeaders,
}: HeaderFields): (name: string) => readonly string[] {
  const listed = new Map<string, string[]>();
  for (const key of Object.keys(multiValueHeaders)) append(listed, key, multiValueHeaders[key] ?? []);
  const single = new Map<string, string[]>();
  for (const key of Object.keys(headers)) append(single, key, headers[key] == null ? [] : [headers[key]]);
  return (name) => merge(listed.get(name) ?? [], single.get(name) ?? []);
}

/**
 * Checks the types of an event's header maps.
 *
 * @param headers `event.headers`
 * @param multiValueHeaders `event.multiValueHeaders`
 * @param cookies `event.cookies`: payload 2.0 has the Cookie header only there, split. It is put together again as sent
 * @throws Failure `event_invalid` when a map, a value or the cookies are not of the type that API Gateway sends
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3} Compressing the Cookie Header Field: joined with `; `
 */
export function readHeaderFields(
  headers: unknown,
  multiValueHeaders: unknown,
  cookies?: unknown,
): HeaderFields {
  const listed = readMap(multiValueHeaders, isStringList, 'multiValueHeaders');
  if (cookies != null && !isStringList(cookies)) {
    throw new Failure('event_invalid', 'cookies is not a list of strings');
  }
  return {
    headers: readMap(headers, isString, 'headers'),
    multiValueHeaders: cookies?.length ? { ...listed, cookie: [cookies.join('; ')] } : listed,
  };
}

function readMap<Value>(
  map: unknown,
  isValue: (value: unknown) => value is Value,
  label: string,
): Readonly<Record<string, Value | null | undefined>> {
  if (map == null) return {};
  if (typeof map !== 'object' || Array.isArray(map)) {
    throw new Failure('event_invalid', `${label} is not an object`);
  }
  const fields = map as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (fields[key] != null && !isValue(fields[key])) {
      throw new Failure(
        'event_invalid',
        `${label} holds a value that is not of the type that API Gateway sends`,
      );
    }
  }
  return fields as Record<string, Value | null | undefined>;
}

/** Nearly every header has one value, which REST and WebSocket events have in both maps. */
function merge(listed: readonly string[], single: readonly string[]): readonly string[] {
  if (listed.length <= 1 && single.length <= 1) {
    return single.length === 0 || listed[0] === single[0] ? listed : [...listed, ...single];
  }
  const known = new Set(listed);
  return [...listed, ...single.filter((value) => !known.has(value))];
}

function append(valuesOf: Map<string, string[]>, key: string, values: readonly string[]): void {
  const name = key.toLowerCase();
  const others = valuesOf.get(name);
  if (others) others.push(...values);
  else valuesOf.set(name, [...values]);
}

/** Compares lengths first: lower-casing every name would cost more than all other checks. */
function isName(key: string, wanted: string): boolean {
  return key.length === wanted.length && key.toLowerCase() === wanted;
}
