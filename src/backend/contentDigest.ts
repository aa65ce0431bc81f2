import { createHash, timingSafeEqual } from 'node:crypto';
import { type InnerList, type Item, parseDictionary } from 'structured-headers';
import { ownProperty } from '../json.ts';
import { readBytes } from '../messageSigning/fieldMember.ts';
import type { ApproovContext } from './readApproovContext.ts';

/** Whether a body is the one that the app signed. */
export type ContentDigestResult = 'absent' | 'mismatched' | 'verified';

/** The secure digests of RFC 9530, with Node.js's names for them. */
const algorithms: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' };

/**
 * Compares a request's body with the Content-Digest that the authorizer verified. The authorizer itself never sees
 * the body.
 *
 * @example
 * const context = readApproovContext(event);
 * if (verifyContentDigest(event, context) !== 'verified') return { statusCode: 400 };
 *
 * @param event The event of a REST or HTTP (payload 1.0 or 2.0) API's Lambda integration. No body counts as an empty
 *   one.
 * @param context What `readApproovContext` returns.
 * @returns `verified`: every `sha-256` and `sha-512` digest, at least one, is the body's. `mismatched`: the body is
 *   another one, or cannot be checked, because the digest is unreadable, uses other algorithms alone, or was too long
 *   for the context (`omitted` names it). `absent`: no verified signature covers a digest, so nothing is known about
 *   the body. Never throws.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9530#section-2} The Content-Digest Field
 */
export function verifyContentDigest(event: unknown, context: ApproovContext): ContentDigestResult {
  const contentDigest = ownProperty(context, 'contentDigest');
  const omitted = ownProperty(context, 'omitted');
  if (Array.isArray(omitted) && omitted.includes('contentDigest')) return 'mismatched';
  if (typeof contentDigest !== 'string') return 'absent';
  const body = bodyOf(event);
  return body && isDigestedBy(body, contentDigest) ? 'verified' : 'mismatched';
}

/**
 * Whether every `sha-256` and `sha-512` digest of a Content-Digest, at least one, is the body's.
 *
 * @internal
 */
export function isDigestedBy(body: Buffer, contentDigest: string): boolean {
  const digests = knownDigests(contentDigest);
  return digests.length > 0 && digests.every(([algorithm, member]) => isDigestOf(body, algorithm, member));
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

/**
 * The bytes of an event's body. Undefined when it is not text, which API Gateway never sends.
 *
 * @internal
 */
export function bodyOf(event: unknown): Buffer | undefined {
  const body = ownProperty(event, 'body');
  const isBase64Encoded = ownProperty(event, 'isBase64Encoded');
  if (body == null) return Buffer.alloc(0);
  return typeof body === 'string' ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : undefined;
}
