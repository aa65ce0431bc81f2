import { hash, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config/settings.ts';
import { Refusal } from '../errors.ts';
import { type HeaderFields, headerValues } from '../event/headers.ts';
import type { ApproovClaims } from './claims.ts';

/** The outcome of the check: bound and verified, not bound, or not checked. */
export type Binding = 'verified' | 'absent' | 'off';

/**
 * Checks Approov token binding: `pay` is base64(SHA-256(values of the bound headers, trimmed, one after the other)).
 *
 * @throws Refusal `binding_claim_missing`, `binding_header_missing` (any of the headers absent or empty),
 *   `binding_mismatch` (also when a bound header was sent more than once)
 * @see {@link https://approov.io/docs/latest/approov-usage-documentation/#token-binding}
 *
 * @internal
 */
export function checkBinding(
  headers: HeaderFields,
  claims: ApproovClaims,
  { binding, bindingHeaders }: Pick<Config, 'binding' | 'bindingHeaders'>,
): Binding {
  if (binding === 'off') return 'off';
  if (claims.pay === undefined) {
    if (binding === 'required') throw new Refusal('binding_claim_missing');
    return 'absent';
  }
  const received = bindingHeaders.map((name) => headerValues(headers, name).map((value) => value.trim()));
  if (received.some((values) => values.every((value) => value === '')))
    throw new Refusal('binding_header_missing');
  if (received.some((values) => values.length > 1)) throw new Refusal('binding_mismatch');
  const expected = Buffer.from(hash('sha256', received.flat().join(''), 'base64'));
  const pay = Buffer.from(claims.pay);
  if (pay.length !== expected.length || !timingSafeEqual(pay, expected))
    throw new Refusal('binding_mismatch');
  return 'verified';
}
