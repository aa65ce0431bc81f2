import { randomBytes } from 'node:crypto';
import type { HttpRequest } from '../approov/httpRequest.ts';
import { mintToken, tokenBinding } from '../approov/mint.ts';

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

/** Values for the requests. */
export interface DemoGround {
  /** The secret's bytes. */
  readonly key: Uint8Array;
  /** Seconds since 1970 UTC. */
  readonly now: number;
  /** How long the valid requests stay valid. */
  readonly usableSeconds: number;
}

/** Claims of an example token, as Approov's own command mints it. */
export const exampleClaims = { did: 'ExampleApproovTokenDID==', ip: '1.2.3.4' };

/** Why a refusal is a 403 here. */
export const refusalNote =
  'A refusal is a Deny: 403 from serverless-offline, as from an HTTP or WebSocket API on AWS. The REST API on AWS turns\n' +
  'it into a 401 by a gateway response, which serverless-offline does not have. Without the token header the gateway\n' +
  'itself answers 401.\n';

/** The value that a token is bound to. */
const authorization = 'Bearer user-1';

/**
 * The demo's requests for one API.
 *
 * @param url of Hello.
 */
export function demoRequests(url: string, { key, now, usableSeconds }: DemoGround): DemoRequest[] {
  const claims = { ...exampleClaims, exp: now + usableSeconds };
  const valid = mintToken({ claims, key });
  const bound = mintToken({ claims: { ...claims, pay: tokenBinding(authorization) }, key });
  const get = (headers: Record<string, string>): HttpRequest => ({ method: 'GET', url, headers });
  return [
    { title: 'valid token', request: get({ 'Approov-Token': valid }), status: 200 },
    {
      title: 'valid token, POST',
      request: { method: 'POST', url, headers: { 'Approov-Token': valid }, body: 'hello' },
      status: 200,
    },
    {
      title: 'expired token',
      request: get({ 'Approov-Token': mintToken({ claims: { ...claims, exp: now - 60 }, key }) }),
      status: 403,
      reason: 'token_expired',
    },
    {
      title: 'forged token',
      request: get({ 'Approov-Token': mintToken({ claims, key: randomBytes(64) }) }),
      status: 403,
      reason: 'signature_mismatch',
    },
    {
      title: 'unsigned token',
      request: get({ 'Approov-Token': mintToken({ claims, algorithm: 'none' }) }),
      status: 403,
      reason: 'algorithm_not_allowed',
    },
    {
      title: 'malformed token',
      request: get({ 'Approov-Token': 'not.a.token' }),
      status: 403,
      reason: 'token_malformed',
    },
    { title: 'missing token', request: get({}), status: 401 },
    {
      title: 'bound token',
      request: get({ 'Approov-Token': bound, Authorization: authorization }),
      status: 200,
    },
    {
      title: 'bound token, other user',
      request: get({ 'Approov-Token': bound, Authorization: 'Bearer user-2' }),
      status: 403,
      reason: 'binding_mismatch',
    },
    {
      title: 'bound token, no user',
      request: get({ 'Approov-Token': bound }),
      status: 403,
      reason: 'binding_header_missing',
    },
  ];
}
