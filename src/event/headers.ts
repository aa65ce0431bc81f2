import { Failure } from '../decision/failure.ts';

/**
 * Header fields of one request: the two maps of an event, of checked types. REST and WebSocket events list every value in
 * `multiValueHeaders` and the last one in `headers`; HTTP API has `headers` alone, several values joined by commas. Names
 * are in the casing that the kind of API gives them.
 */
export interface HeaderFields {
  readonly headers: Readonly<Record<string, string | null | undefined>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[] | null | undefined>>;
}

/**
 * All values of a header, whatever the casing of its name in the event. A value that only one of the two maps holds counts
 * as sent: what the maps disagree on must look ambiguous, never single.
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
  const values = [...listed];
  for (const key of Object.keys(headers)) {
    const value = isName(key, wanted) ? headers[key] : undefined;
    if (value != null && !listed.includes(value)) values.push(value);
  }
  return values;
}

/**
 * Checks the types of an event's header maps.
 *
 * @param headers `event.headers`
 * @param multiValueHeaders `event.multiValueHeaders`
 * @throws Failure `event_invalid` when a map or a value has another type than API Gateway sends
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html}
 */
export function readHeaderFields(headers: unknown, multiValueHeaders: unknown): HeaderFields {
  return {
    headers: readMap(headers, isString, 'headers'),
    multiValueHeaders: readMap(multiValueHeaders, isStringList, 'multiValueHeaders'),
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
      throw new Failure('event_invalid', `${label} holds a value of another type than API Gateway sends`);
    }
  }
  return fields as Record<string, Value | null | undefined>;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isStringList = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString);

/** The length first: most names differ in it, and lower-casing each name of each request would cost more than all checks. */
function isName(key: string, wanted: string): boolean {
  return key.length === wanted.length && key.toLowerCase() === wanted;
}
