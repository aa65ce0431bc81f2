import { type DemoInput, type DemoRequest, goodRequest, refused, served } from './demoRequests.ts';
import type { HttpRequest } from './httpRequest.ts';
import { mintToken } from './mint.ts';
import { newInstallKey, signRequest } from './sign.ts';

/** A new installation: its good token, a request's headers with it, and how it signs. */
export function newInstallation(input: DemoInput) {
  const { key, now, usableSeconds, rules } = input;
  const { installKey, ipk } = newInstallKey();
  const good = goodRequest(input);
  const token = mintToken({ claims: { ...good.claims, ipk }, key });
  const options = { installKey, lifetime: usableSeconds, tokenHeader: rules.tokenHeader };
  return {
    token,
    headers: good.headers(token),
    sign: (request: HttpRequest, created = now): HttpRequest => ({
      ...request,
      headers: { ...request.headers, ...signRequest(request, { ...options, created }) },
    }),
  };
}

/**
 * The demo's requests with message signatures for one API: as signed, altered, too old, and without a signature.
 *
 * @param url of Hello.
 */
export function signedDemoRequests(url: string, input: DemoInput): DemoRequest[] {
  const { headers, sign } = newInstallation(input);
  // Without percent-encoding: the emulation, unlike an HTTP API, decodes the query string that it passes on.
  const plain: HttpRequest = { method: 'GET', url: `${url}?page=1&sort=name`, headers };
  const posted: HttpRequest = {
    method: 'POST',
    url,
    headers: { ...headers, 'Content-Type': 'text/plain' },
    body: 'amount=1',
  };
  const altered = { ...sign(plain), url: `${url}?page=2&sort=name` };
  const mismatch = 'message_signature_mismatch';
  return [
    served('signed', sign(plain)),
    { ...served('signed, POST', sign(posted)), contentDigest: 'verified' },
    refused('signed, query altered', altered, mismatch),
    refused('signed, method altered', { ...sign(posted), method: 'GET', body: undefined }, mismatch),
    // The authorizer never gets the body. Hello compares it with the digest that the signature covers.
    { title: 'signed, body altered', request: { ...sign(posted), body: 'amount=1000' }, status: 400 },
    refused('signed long ago', sign(plain, input.now - 2 * input.usableSeconds), 'message_signature_stale'),
    refused('not signed', plain, 'message_signature_missing'),
  ];
}
