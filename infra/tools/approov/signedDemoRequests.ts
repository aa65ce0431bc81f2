import { type DemoInput, type DemoRequest, goodRequest } from './demoRequests.ts';
import type { HttpRequest } from './httpRequest.ts';
import { mintToken } from './mint.ts';
import { newInstallKey, signRequest } from './sign.ts';

/**
 * The demo's requests with message signatures for one API: as signed, altered, too old, and without a
 * signature.
 *
 * @param url of Hello.
 */
export function signedDemoRequests(url: string, input: DemoInput): DemoRequest[] {
  const { key, now, usableSeconds, rules } = input;
  const { installKey, ipk } = newInstallKey();
  const good = goodRequest(input);
  const headers = good.headers(mintToken({ claims: { ...good.claims, ipk }, key }));
  // Without percent-encoding: the emulation, unlike an HTTP API, decodes the query string that it passes on.
  const plain: HttpRequest = { method: 'GET', url: `${url}?page=1&sort=name`, headers };
  const posted: HttpRequest = {
    method: 'POST',
    url,
    headers: { ...headers, 'Content-Type': 'text/plain' },
    body: 'amount=1',
  };
  const sign = (request: HttpRequest, created = now): HttpRequest => ({
    ...request,
    headers: {
      ...request.headers,
      ...signRequest(request, {
        installKey,
        created,
        lifetime: usableSeconds,
        tokenHeader: rules.tokenHeader,
      }),
    },
  });
  return [
    { title: 'signed', request: sign(plain), status: 200 },
    { title: 'signed, POST', request: sign(posted), status: 200, contentDigest: 'verified' },
    {
      title: 'signed, query altered',
      request: { ...sign(plain), url: `${url}?page=2&sort=name` },
      status: 403,
      reason: 'message_signature_mismatch',
    },
    {
      title: 'signed, method altered',
      request: { ...sign(posted), method: 'GET', body: undefined },
      status: 403,
      reason: 'message_signature_mismatch',
    },
    // The authorizer never gets the body. Hello compares it with the digest that the signature covers.
    { title: 'signed, body altered', request: { ...sign(posted), body: 'amount=1000' }, status: 400 },
    {
      title: 'signed long ago',
      request: sign(plain, now - 2 * usableSeconds),
      status: 403,
      reason: 'message_signature_stale',
    },
    {
      title: 'not signed',
      request: plain,
      status: 403,
      reason: 'message_signature_missing',
    },
  ];
}
