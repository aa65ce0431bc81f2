import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { keyHeader } from './protocol.ts';

/** Headers of every response. There are no CORS headers, so no other page can read one. */
export const responseHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
};

/** Why a request is refused. */
export interface Refused {
  readonly status: number;
  readonly message: string;
}

/**
 * Decides whether a request may be answered. A `Host` other than the console's own is refused, which stops DNS rebinding.
 * A call needs a header that the page of another site cannot send without CORS. In a shared run, only the printed address
 * contains its value.
 *
 * @param hosts allowed values of `Host`.
 * @param key the value of the header.
 */
export function refuseRequest(
  { headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>,
  hosts: readonly string[],
  key: string,
): Refused | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  if (!hosts.includes(host)) return { status: 421, message: 'The console does not have this name.' };
  if (!url.startsWith('/api/')) return undefined;
  const isForeign = origin !== undefined && origin !== `http://${host}`;
  if (isForeign || (site !== undefined && site !== 'same-origin')) {
    return { status: 403, message: 'Only the console itself may call this.' };
  }
  if (!isEqual(headers[keyHeader.toLowerCase()], key)) {
    return { status: 403, message: 'Open the address that npm start printed.' };
  }
  return undefined;
}

function isEqual(given: unknown, key: string): boolean {
  const [one, other] = [Buffer.from(String(given)), Buffer.from(key)];
  return one.length === other.length && timingSafeEqual(one, other);
}
