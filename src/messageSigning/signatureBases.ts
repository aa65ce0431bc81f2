import type { ApiRequest } from '../event/apiRequest.ts';
import { componentValue } from './componentValue.ts';
import type { RawMessageSignature } from './locateRawMessageSignature.ts';
import type { MessageSigningSettings } from './messageSigningSettings.ts';
import { readings } from './readings.ts';

/**
 * The signature bases that a client may have signed for this request, the likeliest first; each once. One, where the event
 * tells all that is covered.
 *
 * @returns UTF-8 bytes; to be gone through as often as there are keys to try
 * @throws Refusal `message_signature_coverage`: a covered component is unknown, or not in the request. Going through
 *   them throws a Failure `event_invalid` when the host is not known
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.5} Creating the Signature Base
 */
export function signatureBases(
  { components, rawParameters }: Pick<RawMessageSignature, 'components' | 'rawParameters'>,
  request: ApiRequest,
  settings: MessageSigningSettings,
): Iterable<Uint8Array<ArrayBuffer>> {
  const lines = components.map((component) => {
    const value = componentValue(component, request, settings);
    return (reading: Parameters<typeof value>[0]) => `${component.identifier}: ${value(reading)}\n`;
  });
  return { [Symbol.iterator]: distinctBases };

  function* distinctBases(): Generator<Uint8Array<ArrayBuffer>> {
    const seen = new Set<string>();
    for (const reading of readings(request, settings)) {
      const base = `${lines.map((line) => line(reading)).join('')}"@signature-params": ${rawParameters}`;
      if (seen.has(base)) continue;
      seen.add(base);
      yield new TextEncoder().encode(base);
    }
  }
}
