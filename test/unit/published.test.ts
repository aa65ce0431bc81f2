import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintToken, tokenBinding } from '../../infra/tools/approov/mint.ts';
import { eventOf } from '../cases/eventOf.ts';
import { decisionOf, harness, now, secret } from './support/harness.ts';

const bearer = 'Bearer a-users-token';
const pay = tokenBinding(bearer);
const exp = now + 300.891912;
/** As `approov token -genExample` names a device. */
const did = 'ExampleApproovTokenDID==';
const full = {
  aud: 'approov.io',
  exp: Math.floor(exp),
  iat: now - 300,
  iss: 'ApproovAccountID.approov.io',
  sub: `approov|${did}`,
  ip: '1.2.3.4',
  did,
};
const hs256 = (claims: object, header: object = {}, key = secret) =>
  mintToken({ claims, header: JSON.stringify({ alg: 'HS256', typ: 'JWT', ...header }), key });
const binding = { APPROOV_BINDING_HEADERS: 'Authorization' };
const failover = { ...binding, APPROOV_BINDING: 'if-present' };
const bearerPrefix = { APPROOV_TOKEN_PREFIX: 'Bearer' };

interface Published {
  readonly name: string;
  readonly token?: string;
  readonly authorization?: string;
  readonly deviceId?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly expected: string;
}

/** Kinds of requests that Approov's repositories publish with the status to expect, minted anew. */
const published: Readonly<Record<string, readonly Published[]>> = {
  'approov/postman-collections, hello-world and shapes-api': [
    { name: 'a token with a fractional end alone', token: hs256({ exp }), expected: 'allow' },
    { name: 'a token with an issuer', token: hs256({ exp, iss: 'api.example.com' }), expected: 'allow' },
    { name: 'random text', token: 'adasdasdsadasd', expected: 'token_malformed' },
    { name: 'no token', expected: 'token_missing' },
    { name: 'an empty token', token: '', expected: 'token_missing' },
    { name: 'an expired token', token: hs256({ exp: 1_555_083_349.3777623 }), expected: 'token_expired' },
    { name: 'an empty end', token: hs256({ exp: '' }), expected: 'claims_invalid' },
    { name: 'no end', token: hs256({ iss: 'api.example.com' }), expected: 'claims_invalid' },
    {
      name: 'another secret',
      token: hs256({ exp }, {}, Buffer.alloc(64, 'another')),
      expected: 'signature_mismatch',
    },
    {
      name: 'a bound token',
      token: hs256({ exp, pay }),
      authorization: bearer,
      variables: binding,
      expected: 'allow',
    },
    {
      name: 'a bound token without its header',
      token: hs256({ exp, pay }),
      variables: binding,
      expected: 'binding_header_missing',
    },
    {
      name: 'a token bound to another login',
      token: hs256({ exp, pay: tokenBinding('Bearer another') }),
      authorization: bearer,
      variables: binding,
      expected: 'binding_mismatch',
    },
    {
      name: 'a token that is not bound',
      token: hs256({ exp }),
      authorization: bearer,
      variables: binding,
      expected: 'binding_claim_missing',
    },
    {
      name: 'a token that is not bound, as from the failover',
      token: hs256({ exp }),
      authorization: bearer,
      variables: failover,
      expected: 'allow',
    },
  ],
  'approov/quickstart-asp.net-token-check': [
    { name: 'a token with every claim', token: hs256(full), expected: 'allow' },
    { name: 'a token with the device alone', token: hs256({ exp, did }), expected: 'allow' },
    {
      name: 'a token that is bound to two headers',
      token: hs256({ ...full, pay: tokenBinding(bearer, 'my-device-id') }),
      authorization: bearer,
      deviceId: 'my-device-id',
      variables: { APPROOV_BINDING_HEADERS: 'Authorization,X-Device-Id' },
      expected: 'allow',
    },
    {
      name: 'a header with `enc` in place of `alg`',
      token: mintToken({
        claims: { exp, did },
        header: JSON.stringify({ typ: 'JWT', enc: 'A256GCM' }),
        key: secret,
      }),
      expected: 'token_malformed',
    },
  ],
  'approov/quickstart-kong_approov-plugin and quickstart-nginx-plus_approov-dynamic-module': [
    {
      name: 'a token with a key id after its prefix',
      token: `Bearer ${hs256({ exp }, { kid: 'approov' })}`,
      variables: bearerPrefix,
      expected: 'allow',
    },
    {
      name: 'a token without a key id, which those gateways need and the secret does not',
      token: `Bearer ${hs256({ exp })}`,
      variables: bearerPrefix,
      expected: 'allow',
    },
    {
      name: 'an expired token with a key id',
      token: hs256({ exp: 1_518_018_224 }, { kid: '0001' }),
      expected: 'token_expired',
    },
  ],
  'approov/quickstart-tyk-api-gateway-token-check': [
    {
      name: 'a token with a policy claim',
      token: hs256({ iss: 'approov.io', pol: 'httpbin.org', exp }, { kid: 'organization' }),
      expected: 'allow',
    },
  ],
};

for (const [source, cases] of Object.entries(published)) {
  suite(`requests as in ${source}`, () => {
    for (const { name, token, authorization, deviceId, variables, expected } of cases) {
      test(`${name}: ${expected}`, async () => {
        const all = { 'Approov-Token': token, Authorization: authorization, 'X-Device-Id': deviceId };
        const headers = Object.entries(all).flatMap(([header, value]) =>
          value === undefined ? [] : [[header, value] as const],
        );
        for (const api of ['rest', 'http'] as const) {
          const answer = await harness(variables).answer(eventOf[api](headers));
          assert.equal(decisionOf(answer)?.reason ?? decisionOf(answer)?.decision, expected);
        }
      });
    }
  });
}
