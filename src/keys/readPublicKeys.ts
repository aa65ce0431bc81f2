import { createPublicKey } from 'node:crypto';
import { FormatError } from '../errors.ts';
import { type Fields, isObject, ownFields } from '../json.ts';

/** A public key as JSON. @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-4} */
export interface PublicJwk {
  readonly kty?: string;
  readonly kid?: string;
  readonly [member: string]: unknown;
}

/** Public signature keys. */
export interface PublicKeys {
  readonly jwks: readonly PublicJwk[];
  /** Whether it is a lone key that serves any `kid`, or none; else each has a `kid` by which a token names it. */
  readonly servesAnyKid: boolean;
}

const pemKey = /^-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----$/;

/** Members that only private or symmetric keys have. @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-6} */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * Reads a JWK Set or a single PEM public key. Of a set, it drops the keys that verify no token: private and symmetric
 * ones, those for another use, those without a `kid`, and those that are no key.
 *
 * @param text JSON, or `-----BEGIN PUBLIC KEY-----`, where any white space may stand for the line breaks
 * @throws FormatError when it is neither, or no key is left
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5} JWK Set Format
 * @see {@link https://www.rfc-editor.org/rfc/rfc7468#section-13} PEM of a SubjectPublicKeyInfo
 */
export function readPublicKeys(text: string): PublicKeys {
  const trimmed = text.trim();
  if (trimmed.startsWith('-----BEGIN')) return { jwks: [jwkOf(trimmed)], servesAnyKid: true };
  const jwks = membersOf(trimmed).filter(isPublicSignatureKey);
  if (jwks.length === 0) throw new FormatError('the JWK Set has no public signature key with a kid');
  return { jwks, servesAnyKid: false };
}

function jwkOf(pem: string): PublicJwk {
  const key = Buffer.from(pemKey.exec(pem)?.[1] ?? '', 'base64');
  try {
    const jwk = createPublicKey({ key, format: 'der', type: 'spki' }).export({ format: 'jwk' });
    if (hasKeyMaterial(jwk)) return jwk;
  } catch {}
  throw new FormatError('the PEM text is not one public key');
}

function membersOf(text: string): Fields[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError('the text is neither JSON nor a PEM public key');
  }
  const { keys } = ownFields(value);
  if (!Array.isArray(keys) || !keys.every(isObject)) throw new FormatError('the JSON is not a JWK Set');
  return keys;
}

function isPublicSignatureKey(jwk: Fields): jwk is PublicJwk {
  const { kty, kid, use, key_ops: operations } = ownFields(jwk);
  return (
    (kty === 'RSA' || kty === 'EC' || kty === 'OKP') &&
    typeof kid === 'string' &&
    hasKeyMaterial(jwk) &&
    !secretMembers.some((name) => Object.hasOwn(jwk, name)) &&
    (use === undefined || use === 'sig') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify')))
  );
}

/**
 * Whether a key has its members, none of them so short that it can be no key: an attempt to import each of thousands of stubs
 * would block the function. An RSA exponent below 3, or an even one, verifies what anybody can sign.
 */
function hasKeyMaterial({ kty, crv, n, e, x, y }: Fields): boolean {
  const isLong = (value: unknown, bytes: number) =>
    typeof value === 'string' && value.length >= (bytes * 4) / 3;
  if (kty === 'RSA')
    return isLong(n, 64) && typeof e === 'string' && isSafeExponent(Buffer.from(e, 'base64url'));
  return isLong(x, 32) && (kty === 'OKP' || isLong(y, 32)) && typeof crv === 'string';
}

function isSafeExponent(bytes: Buffer): boolean {
  const isOdd = ((bytes.at(-1) ?? 0) & 1) === 1;
  return isOdd && (bytes.at(-1) !== 1 || bytes.subarray(0, -1).some((byte) => byte !== 0));
}
