import { derivedComponents } from '../config/rules.ts';
import type { Config } from '../config/settings.ts';
import { Failure, Refusal } from '../errors.ts';
import type { ApiRequest, RequestTarget } from '../event/apiRequest.ts';
import { indexHeaders } from '../event/headers.ts';
import { decodePercent } from '../event/target.ts';
import { joinLines } from './fieldMember.ts';
import type { Component } from './locate.ts';
import { percentEncoder } from './percentEncode.ts';

/** One way to reconstruct what the client sent, from an event that does not show all of it. */
export interface Reading {
  /** as in `@target-uri` */
  readonly path: string;
  /** without `?`, empty for none */
  readonly query: string;
  /** how the client writes components */
  readonly spelling: Spelling;
  /** as in `@path` and `@request-target` of the spelling `apple` */
  readonly decodedPath: string | undefined;
  /** whether the API made the commas in header values, by joining lines without the space of RFC 9421 */
  readonly commasJoin: boolean;
}

/**
 * How components are written. `rfc9421`: as in the standard. `approov`: `@query` without its `?`, `@query-param`
 * decoded. `apple`: as `approov`, and the path in `@path` and `@request-target` decoded.
 */
export type Spelling = 'rfc9421' | 'approov' | 'apple';

/** Value of a component, the same in all readings of a request or not. */
type ComponentValue = string | ((reading: Reading) => string);

/**
 * Finds the values of components in a request: derived components and header fields. Headers that a proxy may have
 * added, such as `Forwarded` and `X-Forwarded-…`, are never used.
 *
 * @returns a function that gives the value of a component. It throws a Refusal `message_signature_coverage` for an
 *   unknown component or parameter, a header that the request does not have, and a query parameter that it does not
 *   have exactly once. The value throws a Failure `event_invalid` when the host is unknown
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2} Derived Components
 */
export function componentValues(
  request: ApiRequest,
  settings: Pick<Config, 'publicOrigin'>,
): (component: Component) => ComponentValue {
  const target = request.target();
  // Each is computed once, on first use.
  const headers = once(() => indexHeaders(request.headers));
  const queryParameter = once(() => queryParameters(target.query));
  const origin = once(() => publicOrigin(target, settings));
  return componentValue;

  function componentValue({ name, parameters }: Component): ComponentValue {
    if (name === '@query-param' && parameters.size === 1) {
      const { encoded, decoded = encoded } = queryParameter()(parameters.get('name'));
      return decoded === encoded ? encoded : ({ spelling }) => (spelling === 'rfc9421' ? encoded : decoded);
    }
    if (parameters.size > 0) throw new Refusal('message_signature_coverage');
    if (!name.startsWith('@')) return headerValue(name);
    if (!derivedComponents.includes(name)) throw new Refusal('message_signature_coverage');
    return name === '@method' ? target.method : (reading) => derivedValue(name, reading);
  }

  function derivedValue(name: string, { path, query, spelling, decodedPath }: Reading): string {
    const ofClient = spelling === 'apple' ? (decodedPath as string) : path;
    const queryPart = query && `?${query}`;
    switch (name) {
      case '@target-uri':
        return origin().origin + path + queryPart;
      case '@authority':
        return origin().host;
      case '@scheme':
        return origin().protocol.slice(0, -1);
      case '@request-target':
        return ofClient + queryPart;
      case '@path':
        return ofClient;
      default:
        return spelling === 'rfc9421' ? `?${query}` : query;
    }
  }

  function headerValue(name: string): ComponentValue {
    // Identifiers are in lower case. A value with a line break could pass for another line of the signature base.
    const value = name === name.toLowerCase() ? joinLines(headers()(name)) : undefined;
    if (value === undefined || /[\r\n]/.test(value)) throw new Refusal('message_signature_coverage');
    // HTTP APIs join the lines of a header with a comma, RFC 9421 with a comma and a space. Payload 2.0 has cookies as a list.
    if (request.apiType !== 'http' || name === 'cookie') return value;
    const spaced = value.split(',').map(withoutBlanks).join(', ');
    return spaced === value ? value : ({ commasJoin }) => (commasJoin ? spaced : value);
  }
}

/** Removes spaces and tabs at both ends. A regular expression for the end would be quadratic in inner spaces. */
function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/**
 * Scheme and host that the client called, normalised: lower case, without a default port.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2.3} `@authority`
 */
function publicOrigin(
  { origin, domainName = '' }: RequestTarget,
  settings: Pick<Config, 'publicOrigin'>,
): URL {
  const text = settings.publicOrigin ?? origin ?? `https://${domainName}`;
  if (!URL.canParse(text)) {
    throw new Failure('event_invalid', 'the event has no domain name, and no public origin is configured');
  }
  return new URL(text);
}

/** The application/x-www-form-urlencoded percent-encode set, with `%20` for a space. */
const encode = percentEncoder({ kept: '-._*' });

/**
 * Finds query parameters by name. RFC 9421 encodes name and value, Approov's clients encode neither.
 *
 * @returns a function that takes the identifier's `name`. It gives the value decoded and encoded again, so that the client's
 *   own encoding does not matter, and decoded as Approov's clients sign it, unless that could pass for the encoding of another
 *   value. It throws a Refusal `message_signature_coverage` when the name is not a string, or when the query does not have
 *   exactly one such parameter
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2.8}
 */
function queryParameters(query: RequestTarget['query']) {
  // URLSearchParams drops a leading question mark, which here is part of the first name.
  const pairs = 'raw' in query ? new URLSearchParams(`&${query.raw}`) : query.decoded;
  const valuesOf = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const others = valuesOf.get(name);
    if (others) others.push(value);
    else valuesOf.set(name, [value]);
  }
  return (identifier: unknown) => {
    const name = typeof identifier === 'string' ? parameterName(identifier) : undefined;
    const values = name === undefined ? undefined : valuesOf.get(name);
    if (values?.length !== 1) throw new Refusal('message_signature_coverage');
    const [value] = values as [string];
    return { encoded: encode(value), decoded: mistakable.test(value) ? undefined : value };
  };
}

/** What looks encoded, or could end a line of a signature base. */
const mistakable = /[%\r\n]/;

/**
 * Decodes the name of a query parameter. A name with a percent sign counts only in the encoding of RFC 9421, so that
 * no name stands for two parameters.
 */
export function parameterName(identifier: string): string | undefined {
  if (!identifier.includes('%')) return identifier;
  const name = decodePercent(identifier);
  return name !== undefined && encode(name) === identifier ? name : undefined;
}
