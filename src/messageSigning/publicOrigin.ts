import type { Config } from '../config/settings.ts';
import { Failure } from '../errors.ts';
import type { ApiRequest } from '../event/apiRequest.ts';

/**
 * Scheme and host that the client called, normalised: lower case, without a default port.
 *
 * @throws Failure `event_invalid`: no origin is configured, and the event has no domain name
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.2.3} `@authority`
 */
export function publicOrigin(
  { target }: Pick<ApiRequest, 'target'>,
  settings: Pick<Config, 'publicOrigin'>,
): Pick<URL, 'origin' | 'host' | 'protocol'> {
  const text = settings.publicOrigin ?? target.origin ?? `https://${target.domainName ?? ''}`;
  if (!URL.canParse(text)) {
    throw new Failure('event_invalid', 'the event has no domain name, and no public origin is configured');
  }
  return new URL(text);
}
