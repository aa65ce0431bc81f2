import { createHash, timingSafeEqual } from 'node:crypto';
import { type InnerList, type Item, parseDictionary } from 'structured-headers';
import { readBytes } from '../messageSigning/readBytes.ts';
import type { ApproovContext } from './readApproovContext.ts';

/** Whether a body is the one that the app signed. */
export type ContentDigestResult = 'absent' | 'mismatched' | 'verified';

/** The digests of RFC 9530 that are secure, by the name that Node.js has for them. */
const algorithms: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' };

/**
 * Compares a request's body with the Content-Digest that the authorizer verified, for an authorizer never sees the body.
 *
 * @example
 * const context = readApproovContext(event);
 * if (verifyContentDigest(event, context) !== 'verified') return { statusCode: 400 };
 *
 * @param event event of a REST or HTTP (payload 1.0 or 2.0) API's Lambda integration; no body counts as an empty one
 * @param context what `readApproovContext` gives
 * @returns `absent`: no verified signature covers a digest, so nothing is known about the body; `mismatched`: the body is
 *   another one, or the digest cannot be checked: unreadable, or of no algorithm but `sha-256` and `sha-512`; `verified`:
 *   every digest of these algorithms, one at least, is the body's. Never throws.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9530#section-2} The Content-Digest Field
 */
export function verifyContentDigest(event: unknown, context: ApproovContext): ContentDigestResult {
  const { contentDigest } = toFields(context);
  if (typeof contentDigest !== 'string') return 'absent';
  const body = bodyOf(event);
  const digests = knownDigests(contentDigest);
  const isBodys = ([algorithm, member]: (typeof digests)[number]) =>
    body && isDigestOf(body, algorithm, member);
  return digests.length > 0 && digests.every(isBodys) ? 'verified' : 'mismatched';
}

function knownDigests(field: string): [algorithm: string, member: Item | InnerList][] {
  try {
    return [...parseDictionary(field)].filter(([algorithm]) => Object.hasOwn(algorithms, algorithm));
  } catch {
    return [];
  }
}

function isDigestOf(body: Buffer, algorithm: string, member: Item | InnerList): boolean {
  const claimed = readBytes(member);
  const actual = createHash(algorithms[algorithm] as string)
    .update(body)
    .digest();
  return claimed?.length === actual.length && timingSafeEqual(claimed, actual);
}

/** The body's bytes; undefined when it is no text, which API Gateway never sends. */
function bodyOf(event: unknown): Buffer | undefined {
  const { body, isBase64Encoded } = toFields(event);
  if (body == null) return Buffer.alloc(0);
  return typeof body === 'string' ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : undefined;
}

function toFields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
