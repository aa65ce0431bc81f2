import { Refusal } from '../errors.ts';
import type { SignatureAlgorithm } from './algorithms.ts';

/** The longest token accepted, in characters. API Gateway takes 10,240 bytes of headers in all. */
const longestToken = 8192;

/** A compact JWS taken apart. Nothing in it may be believed before the signature has been verified. */
export interface UnverifiedToken<Algorithm extends SignatureAlgorithm> {
  /** The header's `alg`: one of those that the settings allow. */
  readonly algorithm: Algorithm;
  readonly unverifiedHeader: Readonly<Record<string, unknown>>;
  readonly unverifiedPayload: Readonly<Record<string, unknown>>;
}

/** Canonical base64url without padding: the bits that the last character does not need are zero. */
const canonicalBase64Url = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

/**
 * Checks the length and the form of a token, before it is verified. Each part has one spelling, and with it the token:
 * another spelling of a genuine token is neither verified nor remembered.
 *
 * @throws Refusal `token_malformed`: too long, or not three canonical base64url parts
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-7.1} Compact Serialization
 */
export function checkCompactForm(rawToken: string): void {
  const parts = rawToken.length > longestToken ? [] : rawToken.split('.');
  if (parts.length !== 3 || !parts.every((part) => canonicalBase64Url.test(part))) {
    throw new Refusal('token_malformed');
  }
}

/**
 * Takes a compact JWS apart without verifying it, and refuses every kind that Approov does not send.
 *
 * @param rawToken the token as sent
 * @param algorithms those that the settings allow
 * @throws Refusal `token_malformed`: see {@link checkCompactForm}; header or payload not a JSON object in UTF-8,
 *   encrypted, or with a critical extension; `algorithm_not_allowed`: `alg` is none of `algorithms`
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725#section-3.1} the algorithm is the code's choice, never the token's
 */
export function decomposeUnverifiedToken<Algorithm extends SignatureAlgorithm>(
  rawToken: string,
  algorithms: readonly Algorithm[],
): UnverifiedToken<Algorithm> {
  checkCompactForm(rawToken);
  const [rawHeader, rawPayload] = rawToken.split('.') as [string, string];
  const unverifiedHeader = decodeJsonObject(rawHeader);
  const unverifiedPayload = decodeJsonObject(rawPayload);
  for (const name of ['enc', 'crit', 'b64']) {
    if (Object.hasOwn(unverifiedHeader, name)) throw new Refusal('token_malformed');
  }
  const algorithm = algorithms.find((allowed) => allowed === unverifiedHeader.alg);
  if (algorithm === undefined) throw new Refusal('algorithm_not_allowed');
  return { algorithm, unverifiedHeader, unverifiedPayload };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeJsonObject(part: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(Buffer.from(part, 'base64url')));
  } catch {
    throw new Refusal('token_malformed');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('token_malformed');
  }
  return value as Record<string, unknown>;
}
