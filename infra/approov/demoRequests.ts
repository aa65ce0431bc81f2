import { randomBytes } from 'node:crypto';
import type { Config } from '../../src/config/readConfig.ts';
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

/** Settings of the authorizer that decide what a request must look like. */
export type RequestRules = Pick<Config, 'tokenHeader' | 'tokenPrefix' | 'issuer' | 'audience' | 'binding'>;

/** Values for the requests. */
export interface DemoGround {
  /** The secret's bytes. */
  readonly key: Uint8Array;
  /** Seconds since 1970 UTC. */
  readonly now: number;
  /** How long the valid requests stay valid. */
  readonly usableSeconds: number;
  readonly rules: RequestRules;
}

/** Claims of an example token, as Approov's own command mints it. */
export const exampleClaims = { did: 'ExampleApproovTokenDID==', ip: '1.2.3.4' };

/** Why a refusal is a 403 here. */
export const refusalNote =
  'A refusal is a Deny: 403 from serverless-offline, as from an HTTP or WebSocket API on AWS. The REST API on AWS turns\n' +
  'it into a 401 by a gateway response, which serverless-offline does not have. Without the token header the gateway\n' +
  'itself answers 401.\n';

/** What a good request has beside the token: the values to which tokens are bound, and the claims that are asked for. */
export function goodRequest({ now, usableSeconds, rules }: DemoGround) {
  const { tokenHeader, tokenPrefix, issuer, audience, binding } = rules;
  const isBound = binding.mode === 'required';
  const user = (value: string) => Object.fromEntries(binding.headers.map((name) => [name, value]));
  const pay = tokenBinding(...binding.headers.map(() => user1));
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
      ...(isBound && user(user1)),
    }),
    user,
    pay,
  };
}

/** Value of a bound header, as an app's user would send it. */
const user1 = 'Bearer user-1';

/**
 * The demo's requests for one API.
 *
 * @param url of Hello.
 */
export function demoRequests(url: string, ground: DemoGround): DemoRequest[] {
  const { key, now, rules } = ground;
  const { claims, headers, user, pay } = goodRequest(ground);
  const valid = headers(mintToken({ claims, key }));
  const bound = headers(mintToken({ claims: { ...claims, pay }, key }));
  const get = (headers: Record<string, string>): HttpRequest => ({ method: 'GET', url, headers });
  const { [rules.tokenHeader]: _token, ...withoutToken } = valid;
  const rows: DemoRequest[] = [
    { title: 'valid token', request: get(valid), status: 200 },
    {
      title: 'valid token, POST',
      request: { method: 'POST', url, headers: valid, body: 'hello' },
      status: 200,
    },
    {
      title: 'expired token',
      request: get(headers(mintToken({ claims: { ...claims, exp: now - 120 }, key }))),
      status: 403,
      reason: 'token_expired',
    },
    {
      title: 'forged token',
      request: get(headers(mintToken({ claims, key: randomBytes(64) }))),
      status: 403,
      reason: 'signature_mismatch',
    },
    {
      title: 'unsigned token',
      request: get(headers(mintToken({ claims, algorithm: 'none' }))),
      status: 403,
      reason: 'algorithm_not_allowed',
    },
    {
      title: 'malformed token',
      // Another one each time: an API may still remember its answer to the last.
      request: get(headers(`not.a.token-${randomBytes(4).toString('hex')}`)),
      status: 403,
      reason: 'token_malformed',
    },
    { title: 'missing token', request: get(withoutToken), status: 401 },
  ];
  if (rules.binding.mode === 'off') {
    return rows;
  }
  // A token of its own, so that the log shows whether the authorizer was asked.
  const another = headers(mintToken({ claims: { ...claims, exp: claims.exp + 1, pay }, key }));
  const { [rules.binding.headers.at(-1) as string]: _user, ...withoutUser } = { ...another, ...user(user1) };
  return [
    ...rows,
    { title: 'bound token', request: get({ ...bound, ...user(user1) }), status: 200 },
    {
      title: 'bound token, other user',
      request: get({ ...bound, ...user('Bearer user-2') }),
      status: 403,
      reason: 'binding_mismatch',
    },
    rules.binding.mode === 'required'
      ? // The bound header is an identity source then: the gateway answers by itself.
        { title: 'bound token, no user', request: get(withoutUser), status: 401 }
      : {
          title: 'bound token, no user',
          request: get(bound),
          status: 403,
          reason: 'binding_header_missing',
        },
  ];
}
