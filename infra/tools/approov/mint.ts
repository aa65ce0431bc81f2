/**
 * Mints Approov tokens, valid and invalid, with node:crypto only, so that they test the authorizer's token code instead
 * of repeating it.
 */
import { constants, createHash, createHmac, type KeyObject, sign } from 'node:crypto';

/** How a token may be signed; `none` is not. */
export type MintAlgorithm = `${'HS' | 'RS' | 'PS' | 'ES'}${256 | 384 | 512}` | 'EdDSA' | 'none';

/** The parts of a token. Text instead of an object is used as it is, for tokens that are malformed on purpose. */
export interface TokenParts {
  /** The payload. */
  claims: object | string | Uint8Array;
  /** The protected header. An object without `alg` and `typ` gets them. */
  header?: object | string;
  /** The algorithm that signs, and the header's default `alg`. */
  algorithm?: MintAlgorithm;
  /** The secret's bytes for HMAC, a private key for the asymmetric ones, nothing for `none`. */
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

function signature(algorithm: MintAlgorithm, input: string, key: TokenParts['key']): Buffer {
  if (algorithm === 'none') {
    return Buffer.alloc(0);
  }
  if (key === undefined) {
    throw new TypeError(`${algorithm} needs a key`);
  }
  const hash = algorithm === 'EdDSA' ? null : `sha${algorithm.slice(2)}`;
  if (hash !== null && algorithm.startsWith('HS')) {
    return createHmac(hash, key).update(input).digest();
  }
  if (key instanceof Uint8Array) {
    throw new TypeError(`${algorithm} needs a private key, not bytes`);
  }
  return sign(hash, Buffer.from(input), {
    key,
    dsaEncoding: 'ieee-p1363',
    ...(algorithm.startsWith('PS') && {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }),
  });
}
