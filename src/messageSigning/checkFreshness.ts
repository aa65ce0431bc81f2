import { Refusal } from '../decision/refusal.ts';
import type { RawMessageSignature } from './locateRawMessageSignature.ts';
import type { MessageSigningSettings } from './messageSigningSettings.ts';

/**
 * Checks the age of a signature and its expiry. RFC 9421 makes `created` optional, but without it the age is unknown.
 * An age equal to the maximum is accepted.
 *
 * @param now seconds since 1970 UTC, with fractions
 * @throws Refusal `message_signature_stale`: no `created`, in the future, too old, or expired (`expires` equal to now
 *   is expired)
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
