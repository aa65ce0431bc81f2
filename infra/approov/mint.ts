/**
 * Mints Approov tokens, valid and invalid, with node:crypto only, so that they test the authorizer's token code instead
 * of repeating it.
 */
import { createHash, createHmac, type KeyObject, sign } from 'node:crypto';

/** The parts of a token. Text in place of an object is used as it is, for tokens that are malformed on purpose. */
export interface TokenParts {
  /** The payload. */
  claims: object | string | Uint8Array;
  /** The protected header. An object without `alg` and `typ` gets them. */
  header?: object | string;
  /** The algorithm that signs, and the header's default `alg`. */
  algorithm?: 'HS256' | 'HS384' | 'HS512' | 'RS256' | 'ES256' | 'none';
  /** The secret's bytes for HMAC, a private key for RS256 and ES256, nothing for `none`. */
  key?: Uint8Array | KeyObject;
}

/**
 * Mints a compact JWS.
 *
 * @example
 * ```ts
 * mintToken({ claims: { exp: 1_900_000_000.5, did: 'ExampleApproovTokenDID==' }, key: secretBytes });
 * ```
 *
 * @throws TypeError when the algorithm needs a key of a kind that is not given.
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1 RFC 7515 section 7.1
 */
export function mintToken({ claims, header = {}, algorithm = 'HS256', key }: TokenParts): string {
  const protectedHeader = typeof header === 'string' ? header : { alg: algorithm, typ: 'JWT', ...header };
  const input = `${base64url(protectedHeader)}.${base64url(claims)}`;
  return `${input}.${signature(algorithm, input, key).toString('base64url')}`;
}

/**
 * The `pay` claim for these header values: their trimmed text joined without a separator, hashed.
 *
 * @param values whole header values in the configured order, such as `Bearer abc`.
 */
export function tokenBinding(...values: string[]): string {
  return createHash('sha256')
    .update(values.map((value) => value.trim()).join(''))
    .digest('base64');
}

function base64url(part: object | string | Uint8Array): string {
  const bytes = typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString('base64url');
}

function signature(algorithm: NonNullable<TokenParts['algorithm']>, input: string, key: TokenParts['key']) {
  if (algorithm === 'none') {
    return Buffer.alloc(0);
  }
  if (key === undefined) {
    throw new TypeError(`${algorithm} needs a key`);
  }
  if (algorithm.startsWith('HS')) {
    return createHmac(`sha${algorithm.slice(2)}`, key)
      .update(input)
      .digest();
  }
  if (key instanceof Uint8Array) {
    throw new TypeError(`${algorithm} needs a private key, not bytes`);
  }
  return sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}
