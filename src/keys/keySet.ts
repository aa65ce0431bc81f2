import { createPublicKey, type webcrypto } from 'node:crypto';
import { FormatError } from '../errors.ts';
import { type Fields, isObject, ownFields, parseJson } from '../json.ts';
import type { AsymmetricAlgorithm } from '../token/algorithms.ts';

/** A public key as JSON. @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-4} */
export interface PublicJwk {
  readonly kty?: string;
  readonly kid?: string;
  readonly [member: string]: unknown;
}

/** Public signature keys as text has them. */
export interface PublicKeys {
  readonly jwks: readonly PublicJwk[];
  /** Whether it is a lone key that serves any `kid`, or none; else each has a `kid` by which a token names it. */
  readonly servesAnyKid: boolean;
}

/** Public keys, each imported for the algorithms that it may verify. */
export interface KeySet {
  /**
   * The key that must have signed a token.
   *
   * @param algorithm the token's `alg`, which the settings allow
   * @param kid the token's `kid`, as sent
   * @returns the same object for as long as the set lives; undefined when no key, or more than one, has this `kid` and is
   *   made for this algorithm
   */
  keyFor(algorithm: AsymmetricAlgorithm, kid: unknown): webcrypto.CryptoKey | undefined;
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
  const value = parseJson(text);
  if (value === undefined) throw new FormatError('the text is neither JSON nor a PEM public key');
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

/** Shortest RSA modulus, in bits. @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.3} */
const shortestModulus = 2048;

/**
 * Imports keys for the algorithms of the settings. A key fits an algorithm by its type and curve, its own `alg` if it has
 * one, and at least 2048 bits if it is RSA. Two different keys that share a `kid` and fit the same algorithm are both left
 * out, because it is not known which of them is meant; the same key twice counts once. The time is linear in the keys.
 *
 * @throws FormatError when no key fits an algorithm
 */
export async function importKeySet(
  { jwks, servesAnyKid }: PublicKeys,
  algorithms: readonly AsymmetricAlgorithm[],
): Promise<KeySet> {
  const jwksByKid = Map.groupBy(jwks, ({ kid }) => kid);
  const keys = new Map<AsymmetricAlgorithm, Map<unknown, webcrypto.CryptoKey>>();
  for (const algorithm of algorithms) {
    const keysByKid = new Map<unknown, webcrypto.CryptoKey>();
    for (const [kid, sharing] of jwksByKid) {
      const key = await importOnlyKey(sharing, algorithm);
      if (key) keysByKid.set(kid, key);
    }
    if (keysByKid.size > 0) keys.set(algorithm, keysByKid);
  }
  if (keys.size === 0) throw new FormatError('no key fits an algorithm of the settings');
  return { keyFor: (algorithm, kid) => keys.get(algorithm)?.get(servesAnyKid ? undefined : kid) };
}

/** @returns undefined when none fits the algorithm, more than one does, or it is too short or no key at all */
async function importOnlyKey(
  jwks: readonly PublicJwk[],
  algorithm: AsymmetricAlgorithm,
): Promise<webcrypto.CryptoKey | undefined> {
  const fitting = jwks.filter((jwk) => fits(jwk, algorithm)).map(materialOf);
  const [material, ...others] = new Set(fitting.map((members) => JSON.stringify(members)));
  if (material === undefined || others.length > 0) return undefined;
  try {
    const key = await crypto.subtle.importKey(
      'jwk',
      JSON.parse(material),
      importParameters(algorithm),
      true,
      ['verify'],
    );
    const { modulusLength = shortestModulus } = key.algorithm as Partial<webcrypto.RsaKeyAlgorithm>;
    return modulusLength < shortestModulus ? undefined : key;
  } catch {
    return undefined;
  }
}

/** The curve that an algorithm needs; RSA where there is none. @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.1} */
const curves: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'Ed25519',
};

function fits({ kty, crv, alg }: PublicJwk, algorithm: AsymmetricAlgorithm): boolean {
  const curve = curves[algorithm];
  const type = curve === undefined ? 'RSA' : curve === 'Ed25519' ? 'OKP' : 'EC';
  return kty === type && (curve === undefined || crv === curve) && (alg === undefined || alg === algorithm);
}

/** The members that make a key the key that it is. */
function materialOf({ kty, crv, n, e, x, y }: PublicJwk): object {
  return { kty, crv, n, e, x, y };
}

/** What WebCrypto calls an algorithm. @see {@link https://www.w3.org/TR/webcrypto-2/#jwk-mapping-alg} */
function importParameters(
  algorithm: AsymmetricAlgorithm,
): webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams {
  const namedCurve = curves[algorithm];
  if (namedCurve !== undefined) return { name: namedCurve === 'Ed25519' ? namedCurve : 'ECDSA', namedCurve };
  const name = algorithm.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5';
  return { name, hash: `SHA-${algorithm.slice(2)}` };
}
