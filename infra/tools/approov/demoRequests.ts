import { randomBytes } from 'node:crypto';
import type { Config } from '../../../src/config/settings.ts';
import type { HttpRequest } from './httpRequest.ts';
import { mintToken, tokenBinding } from './mint.ts';

/** A request of the demo, and the expected result. */
export interface DemoRequest {
  readonly title: string;
  readonly request: HttpRequest;
  /** The status on this machine: see {@link refusalNote}. */
  readonly status: 200 | 400 | 401 | 403;
  /**
   * Why the authorizer refuses it. Undefined when it is allowed, or when the authorizer is not called because the token
   * header is missing.
   */
  readonly reason?: string;
  /** Hello's result for the body, when a signature covers its digest. */
  readonly contentDigest?: 'verified';
}

/** A request that is allowed. */
export const served = (title: string, request: HttpRequest): DemoRequest => ({ title, request, status: 200 });

/** A request that the authorizer refuses. */
export const refused = (title: string, request: HttpRequest, reason: string): DemoRequest => ({
  title,
  request,
  status: 403,
  reason,
});

/** Settings of the authorizer that decide what a request must look like. */
export type RequestRules = Pick<
  Config,
  'tokenHeader' | 'tokenPrefix' | 'issuer' | 'audience' | 'binding' | 'bindingHeaders'
>;

/** Values for the requests. */
export interface DemoInput {
  /** The secret's bytes. */
  readonly key: Uint8Array;
  /** Seconds since 1970 UTC. */
  readonly now: number;
  /** How long the valid requests stay valid. */
  readonly usableSeconds: number;
  readonly rules: RequestRules;
  /** The header with the user's own token, which every request sends, where the authorizer checks users too. */
  readonly login?: { readonly header: string; readonly value: string } | undefined;
}

/** Claims of an example token, as Approov's own command mints it. */
export const exampleClaims = { did: 'ExampleApproovTokenDID==', ip: '1.2.3.4' };

/** Why a refusal is a 403 here. */
export const refusalNote =
  'A refusal is a Deny: 403 from serverless-offline, as from an HTTP or WebSocket API on AWS. The REST API on AWS turns\n' +
  'it into a 401 by a gateway response, which serverless-offline does not have. Without the token header the gateway\n' +
  'itself answers 401.\n';

/** What a good request needs: the values that tokens are bound to, and the claims that the settings ask for. */
export function goodRequest({ now, usableSeconds, rules, login }: DemoInput) {
  const { tokenHeader, tokenPrefix, issuer, audience, binding, bindingHeaders } = rules;
  const isBound = binding === 'required';
  const isLogin = (name: string) => name.toLowerCase() === login?.header.toLowerCase();
  const boundHeaders = bindingHeaders.map((name) => (isLogin(name) ? (login?.header ?? name) : name));
  const loginHeaders: Record<string, string> = login === undefined ? {} : { [login.header]: login.value };
  const ownHeaders = Object.fromEntries(
    boundHeaders.map((name) => [name, loginHeaders[name] ?? 'Bearer user-1']),
  );
  const pay = tokenBinding(...boundHeaders.map((name) => ownHeaders[name] as string));
  const lastBound = boundHeaders.at(-1) ?? '';
  return {
    claims: {
      ...exampleClaims,
      exp: now + usableSeconds,
      iss: issuer,
      aud: audience,
      ...(isBound && { pay }),
    },
    headers: (token: string): Record<string, string> => ({
      [tokenHeader]: tokenPrefix === undefined ? token : `${tokenPrefix} ${token}`,
      ...loginHeaders,
      ...(isBound && ownHeaders),
    }),
    pay,
    /** The headers to which {@link pay} binds a token, and those of somebody else. */
    ownHeaders,
    othersHeaders: Object.fromEntries(boundHeaders.map((name) => [name, 'Bearer user-2'])),
    lastBound,
    /** Without it API Gateway answers by itself. */
    isLastBoundAnIdentitySource: isBound || isLogin(lastBound),
  };
}

/**
 * The demo's requests for one API.
 *
 * @param url of Hello.
 */
export function demoRequests(url: string, input: DemoInput): DemoRequest[] {
  const { key, now, rules } = input;
  const good = goodRequest(input);
  const { claims, headers, pay } = good;
  const valid = headers(mintToken({ claims, key }));
  const bound = headers(mintToken({ claims: { ...claims, pay }, key }));
  const get = (headers: Record<string, string>): HttpRequest => ({ method: 'GET', url, headers });
  const { [rules.tokenHeader]: _token, ...withoutToken } = valid;
  const minted = (changes: object) => get(headers(mintToken({ claims: { ...claims, ...changes }, key })));
  const rows: DemoRequest[] = [
    served('valid token', get(valid)),
    served('valid token, POST', { method: 'POST', url, headers: valid, body: 'hello' }),
    refused('expired token', minted({ exp: now - 120 }), 'token_expired'),
    refused('forged token', get(headers(mintToken({ claims, key: randomBytes(64) }))), 'signature_mismatch'),
    refused(
      'unsigned token',
      get(headers(mintToken({ claims, algorithm: 'none' }))),
      'algorithm_not_allowed',
    ),
    refused(
      'malformed token',
      // Another one each time: an API may still remember its answer to the last.
      get(headers(`not.a.token-${randomBytes(4).toString('hex')}`)),
      'token_malformed',
    ),
    { title: 'missing token', request: get(withoutToken), status: 401 },
  ];
  if (rules.binding === 'off') {
    return rows;
  }
  // Another token, so that the log shows whether the authorizer was called for it.
  const another = headers(mintToken({ claims: { ...claims, exp: claims.exp + 1, pay }, key }));
  const { [good.lastBound]: _user, ...withoutUser } = { ...another, ...good.ownHeaders };
  const noUser = { title: 'bound token, no user', request: get(withoutUser) };
  return [
    ...rows,
    served('bound token', get({ ...bound, ...good.ownHeaders })),
    refused('bound token, other user', get({ ...bound, ...good.othersHeaders }), 'binding_mismatch'),
    good.isLastBoundAnIdentitySource
      ? { ...noUser, status: 401 }
      : { ...noUser, status: 403, reason: 'binding_header_missing' },
  ];
}
