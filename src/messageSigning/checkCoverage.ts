import { Refusal } from '../decision/refusal.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { headerValues } from '../event/headers.ts';
import type { Component } from './component.ts';
import type { MessageSigningSettings } from './messageSigningSettings.ts';

/** Components that contain others: a signature of one covers each of its parts. */
const parts: Readonly<Record<string, readonly string[]>> = {
  '@target-uri': ['@scheme', '@authority', '@path', '@query'],
  '@request-target': ['@path', '@query'],
};

/**
 * Checks that a signature covers every required component, and the Authorization header when the request has one and
 * token binding is on.
 *
 * @throws Refusal `message_signature_coverage`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-7.2.1} Insufficient Coverage
 */
export function checkCoverage(
  components: readonly Component[],
  request: ApiRequest,
  settings: MessageSigningSettings,
): void {
  // With parameters, a component is only a part of the field, or another form of it.
  const covered = new Set(
    components.filter(({ parameters }) => parameters.size === 0).map(({ name }) => name),
  );
  const required = settings.requiredComponents.map((name) =>
    name === 'approov-token' ? settings.tokenHeader.toLowerCase() : name,
  );
  if (settings.bindingOn && headerValues(request.headers, 'authorization').length > 0) {
    required.push('authorization');
  }
  if (!required.every(isCovered)) throw new Refusal('message_signature_coverage');

  function isCovered(name: string): boolean {
    if (covered.has(name)) return true;
    if (Object.keys(parts).some((whole) => covered.has(whole) && parts[whole]?.includes(name))) return true;
    if (name !== '@target-uri') return false;
    return isCovered('@authority') && isCovered('@path') && (isCovered('@query') || !hasQuery(request));
  }
}

function hasQuery({ target: { query } }: ApiRequest): boolean {
  return 'raw' in query ? query.raw !== '' : query.decoded.length > 0;
}
