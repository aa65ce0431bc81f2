import { Refusal } from '../decision/refusal.ts';

/** Longest token accepted, in characters. API Gateway takes 10,240 bytes of headers in all. */
const longestToken = 8192;

/**
 * Takes a compact JWS apart without verifying it, and refuses what is not one of the single form that Approov sends.
 * Nothing in the payload may be believed before the signature has been verified.
 *
 * @param rawToken the token as sent
 * @returns the payload as JSON object, unverified
 * @throws Refusal `token_malformed`: too long, not three canonical base64url parts, header or payload not a JSON object
 *   in UTF-8, encrypted, or with a critical extension; `algorithm_not_allowed`: `alg` is not `HS256`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-7.1} Compact Serialization
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725#section-3.1} the algorithm is the code's choice, never the token's
 */
export function decomposeUnverifiedToken(rawToken: string): Readonly<Record<string, unknown>> {
  if (rawToken.length > longestToken) throw new Refusal('token_malformed');
  const parts = rawToken.split('.');
  if (parts.length !== 3) throw new Refusal('token_malformed');
  const [rawHeader, rawPayload, rawSignature] = parts as [string, string, string];
  const header = decodeJsonObject(rawHeader);
  const unverifiedPayload = decodeJsonObject(rawPayload);
  decodeBase64Url(rawSignature);
  for (const name of ['enc', 'crit', 'b64']) {
    if (Object.hasOwn(header, name)) throw new Refusal('token_malformed');
  }
  if (header.alg !== 'HS256') throw new Refusal('algorithm_not_allowed');
  return unverifiedPayload;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeJsonObject(part: string): Record<string, unknown> {
  const bytes = decodeBase64Url(part);
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Refusal('token_malformed');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('token_malformed');
  return value as Record<string, unknown>;
}

/** Canonical, without padding: one sequence of bytes has one spelling, so that one token has one spelling too. */
function decodeBase64Url(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new Refusal('token_malformed');
  return bytes;
}
