import { createPublicKey } from 'node:crypto';
import { FormatError } from '../errors.ts';

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
 * ones, those for another use, and those without a `kid`.
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
    return createPublicKey({ key, format: 'der', type: 'spki' }).export({ format: 'jwk' });
  } catch {
    throw new FormatError('the PEM text is not one public key');
  }
}

function membersOf(text: string): Record<string, unknown>[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError('the text is neither JSON nor a PEM public key');
  }
  if (!isObject(value) || !Array.isArray(value.keys) || !value.keys.every(isObject)) {
    throw new FormatError('the JSON is not a JWK Set');
  }
  return value.keys;
}

function isPublicSignatureKey(jwk: Record<string, unknown>): jwk is PublicJwk {
  const { kty, kid, use, key_ops: operations } = jwk;
  return (
    (kty === 'RSA' || kty === 'EC' || kty === 'OKP') &&
    typeof kid === 'string' &&
    !secretMembers.some((name) => Object.hasOwn(jwk, name)) &&
    (use === undefined || use === 'sig') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify')))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
