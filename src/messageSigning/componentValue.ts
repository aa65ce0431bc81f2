import { Refusal } from '../decision/refusal.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import type { Component } from './component.ts';
import { fieldValue } from './fieldValue.ts';
import type { MessageSigningSettings } from './messageSigningSettings.ts';
import { publicOrigin } from './publicOrigin.ts';
import { queryParameter } from './queryParameter.ts';
import type { Reading } from './readings.ts';

/** Gives the value of a component in one reading of the request. */
export type ComponentValue = (reading: Reading) => string;

type Derivation = (reading: Reading, request: ApiRequest, settings: Origin) => string;
type Origin = Pick<MessageSigningSettings, 'publicOrigin'>;

const derived: Readonly<Record<string, Derivation>> = {
  '@method': (_, { target }) => target.method,
  '@target-uri': ({ path, query }, request, settings) =>
    publicOrigin(request, settings).origin + path + (query && `?${query}`),
  '@authority': (_, request, settings) => publicOrigin(request, settings).host,
  '@scheme': (_, request, settings) => publicOrigin(request, settings).protocol.slice(0, -1),
  '@path': ({ path }) => path,
  '@query': ({ query }) => `?${query}`,
};

/**
 * Finds what a component stands for in a request: a derived component of requests, or a header field. Nothing that a proxy
 * would have added is looked at: no `Forwarded`, no `X-Forwarded-…`.
 *
 * @throws Refusal `message_signature_coverage`: a component or a parameter that this verifier does not know, a header that
 *   the request does not have, a query parameter that it has not exactly once. The value throws a Failure `event_invalid`
 *   when the host is not known
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2} Derived Components
 */
export function componentValue(
  { name, parameters }: Component,
  request: ApiRequest,
  settings: Origin,
): ComponentValue {
  if (name === '@query-param' && parameters.size === 1) {
    const value = queryParameter(request.target.query, parameters.get('name'));
    return () => value;
  }
  if (parameters.size > 0) throw new Refusal('message_signature_coverage');
  if (!name.startsWith('@')) return headerValue(name, request);
  if (!Object.hasOwn(derived, name)) throw new Refusal('message_signature_coverage');
  return (reading) => (derived[name] as Derivation)(reading, request, settings);
}

function headerValue(name: string, { headers }: ApiRequest): ComponentValue {
  // Identifiers are in lower case, and each line break would let a value pass for the next line of the signature base.
  const value = name === name.toLowerCase() ? fieldValue(headers, name) : undefined;
  if (value === undefined || /[\r\n]/.test(value)) throw new Refusal('message_signature_coverage');
  return ({ commasJoin }) => (commasJoin ? value.split(/[ \t]*,[ \t]*/).join(', ') : value);
}
