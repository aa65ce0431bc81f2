/**
 * The asymmetric algorithms that settings may allow.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8037#section-3.1} EdDSA, with Ed25519 alone
 */
export const asymmetricAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

export type AsymmetricAlgorithm = (typeof asymmetricAlgorithms)[number];

/** The algorithms that an Approov token may be signed with. */
export const signatureAlgorithms = ['HS256', ...asymmetricAlgorithms] as const;

export type SignatureAlgorithm = (typeof signatureAlgorithms)[number];

/** Those of a list that a keyset is for. */
export function asymmetricOf(algorithms: readonly SignatureAlgorithm[]): AsymmetricAlgorithm[] {
  return algorithms.filter((name) => name !== 'HS256');
}
