import { Refusal } from '../errors.ts';
import { type Fields, isObject, ownFields } from '../json.ts';
import type { SignatureAlgorithm } from './algorithms.ts';

/** The longest token accepted, in characters. API Gateway takes 10,240 bytes of headers in all. */
const longestToken = 8192;

/** Canonical base64url without padding: the bits that the last character does not need are zero. */
const canonicalBase64Url = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

/**
 * Takes a compact JWS apart without verifying it, and refuses every kind that Approov does not send. Each part has one
 * spelling, and with it the token: another spelling of a genuine token is neither verified nor remembered.
 *
 * @param rawToken the token as sent
 * @param algorithms those that the settings allow
 * @returns the header's `alg`, `kid` and `typ`, and the payload, without a prototype: what the token does not say, nothing else
 *   says. Nothing in it may be believed before the signature has been verified
 * @throws Refusal `token_malformed`: too long; not three canonical base64url parts; header or payload not a JSON object in
 *   UTF-8; encrypted; with a critical extension. `algorithm_not_allowed`: `alg` is none of `algorithms`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-7.1} Compact Serialization
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725#section-3.1} the algorithm is the code's choice, never the token's
 */
export function decomposeUnverifiedToken<Algorithm extends SignatureAlgorithm>(
  rawToken: string,
  algorithms: readonly Algorithm[],
) {
  const parts = rawToken.length > longestToken ? [] : rawToken.split('.');
  if (parts.length !== 3 || !parts.every((part) => canonicalBase64Url.test(part))) {
    throw new Refusal('token_malformed');
  }
  const unverifiedHeader = decodeJsonObject(parts[0] as string);
  const unverifiedPayload = decodeJsonObject(parts[1] as string);
  for (const name of ['enc', 'crit', 'b64']) {
    if (name in unverifiedHeader) throw new Refusal('token_malformed');
  }
  const { alg, kid, typ } = unverifiedHeader;
  const algorithm = algorithms.find((allowed) => allowed === alg);
  if (algorithm === undefined) throw new Refusal('algorithm_not_allowed');
  return { algorithm, kid, typ, unverifiedPayload };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeJsonObject(part: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(Buffer.from(part, 'base64url')));
  } catch {
    throw new Refusal('token_malformed');
  }
  if (!isObject(value)) throw new Refusal('token_malformed');
  return ownFields(value);
}
