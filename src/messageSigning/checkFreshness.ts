import { Refusal } from '../decision/refusal.ts';
import type { RawMessageSignature } from './locateRawMessageSignature.ts';
import type { MessageSigningSettings } from './messageSigningSettings.ts';

/**
 * Checks when a signature was made and until when it holds. `created` may be missing in RFC 9421, but without it nobody
 * can tell how old the request is; it counts to the whole second, so that an age equal to the most is accepted.
 *
 * @param now seconds since 1970 UTC, with their fraction
 * @throws Refusal `message_signature_stale`: without `created`, from the future, too old, or expired (`expires` equal to
 *   now is expired)
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-7.2.2} Signature Replay
 */
export function checkFreshness(
  { created, expires }: Pick<RawMessageSignature, 'created' | 'expires'>,
  { maxAgeSeconds, clockToleranceSeconds: tolerance }: MessageSigningSettings,
  now: number,
): void {
  if (created === undefined || created - tolerance > now || created + maxAgeSeconds + tolerance < now) {
    throw new Refusal('message_signature_stale');
  }
  if (expires !== undefined && expires + tolerance <= now) throw new Refusal('message_signature_stale');
}
