import { Failure } from '../failure.ts';

/** Header fields of one request: each name in lower case, with every value that was received, in order. */
export type HeaderFields = ReadonlyMap<string, readonly string[]>;

const noValues: readonly string[] = [];

/**
 * All values of a header, whatever the casing of its name in the event.
 *
 * @param fields the request's header fields
 * @param name header name, any case
 * @returns the values as received, empty when the header is absent
 */
export function headerValues(fields: HeaderFields, name: string): readonly string[] {
  return fields.get(name.toLowerCase()) ?? noValues;
}

/**
 * Merges the two header maps of an event. REST and WebSocket events list every value in `multiValueHeaders` and the last
 * one in `headers`; HTTP API has `headers` alone, several values joined by commas. A value that only one of the two maps
 * holds counts as sent: what the maps disagree on must look ambiguous, never single.
 *
 * @param headers `event.headers`
 * @param multiValueHeaders `event.multiValueHeaders`
 * @throws Failure `event_invalid` when a map or a value has another type than API Gateway sends
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html}
 */
export function readHeaderFields(headers: unknown, multiValueHeaders: unknown): HeaderFields {
  const fields = new Map<string, string[]>();
  for (const [name, values] of entries(multiValueHeaders, 'multiValueHeaders')) {
    if (values == null) continue;
    if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
      throw new Failure('event_invalid', 'multiValueHeaders holds something else than lists of strings');
    }
    append(fields, name, values);
  }
  const listed = new Map([...fields].map(([name, values]) => [name, new Set(values)]));
  for (const [name, value] of entries(headers, 'headers')) {
    if (value == null) continue;
    if (typeof value !== 'string') {
      throw new Failure('event_invalid', 'headers holds something else than strings');
    }
    if (!listed.get(name.toLowerCase())?.has(value)) append(fields, name, [value]);
  }
  return fields;
}

function append(fields: Map<string, string[]>, name: string, values: readonly string[]): void {
  const key = name.toLowerCase();
  const present = fields.get(key);
  if (present) present.push(...values);
  else fields.set(key, [...values]);
}

function entries(map: unknown, label: string): [string, unknown][] {
  if (map == null) return [];
  if (typeof map !== 'object' || Array.isArray(map)) {
    throw new Failure('event_invalid', `${label} is not an object`);
  }
  return Object.entries(map);
}
