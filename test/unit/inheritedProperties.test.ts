import './support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintToken, tokenBinding } from '../../infra/tools/approov/mint.ts';
import { newInstallKey, signRequest } from '../../infra/tools/approov/sign.ts';
import { newUserPool, poolJwk } from '../../infra/tools/standIns/identityProvider/userPool.ts';
import type { PolicyResponse } from '../../src/answer/respond.ts';
import { secretsManagerSource } from '../../src/aws/secretsManagerSource.ts';
import { createVerifier, withApproov } from '../../src/index.ts';
import type { SecretSource } from '../../src/keys/secretCache.ts';
import { eventOf } from '../cases/eventOf.ts';
import { proxyEventOf } from '../cases/proxyEventOf.ts';
import { outcome, tokenOf, toolsOf } from './support/composed.ts';
import { decisionOf, harness, now, secret } from './support/harness.ts';

/** Calls a function while every object inherits these properties, as after a careless merge of a client's JSON. */
async function polluted<Result>(properties: object, call: () => Promise<Result>): Promise<Result> {
  const descriptors = Object.entries(properties).map(([name, value]) => [
    name,
    { value, configurable: true, writable: true },
  ]);
  Object.defineProperties(Object.prototype, Object.fromEntries(descriptors));
  try {
    return await call();
  } finally {
    for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
  }
}

const pool = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example');
const users = {
  APPROOV_USER_AUTH: 'jwt',
  APPROOV_USER_ISSUER: pool.issuer,
  APPROOV_USER_AUDIENCE: pool.clientId,
};
const { installKey, ipk } = newInstallKey();
const approov = (claims: object) => mintToken({ claims: { exp: now + 300, ...claims }, key: secret });
const good = approov({});

/** A token whose claims are these alone. */
const userToken = (claims: object) =>
  mintToken({
    claims: { sub: 'alice', exp: now + 300, iss: pool.issuer, ...claims },
    header: JSON.stringify({ alg: 'RS256', kid: pool.kid }),
    algorithm: 'RS256',
    key: pool.key,
  });
const audience = { client_id: pool.clientId };

const withoutHeaders = ({ headers: _, ...event }: { headers?: unknown }) => event;

type Headers = Parameters<typeof eventOf.rest>[0];
const sent = (token: string, ...more: Headers[number][]): Headers => [['Approov-Token', token], ...more];
const login = (claims: object): Headers => sent(good, ['Authorization', userToken(claims)]);

function signed(rawQuery: string): Headers {
  const token = approov({ ipk });
  const url = `https://api.example.com/hello?${rawQuery}`;
  const request = { method: 'GET', url, headers: { 'Approov-Token': token } };
  const headers = signRequest(request, { created: now, installKey });
  return sent(token, ...Object.entries(headers));
}
const signing = { APPROOV_MESSAGE_SIGNING: 'install', APPROOV_PUBLIC_ORIGIN: 'https://api.example.com' };

suite('what an object inherits opens no door', () => {
  const cases: {
    name: string;
    properties: object;
    event: object;
    variables?: Record<string, string>;
    source?: SecretSource;
    keys?: object;
    expected: string;
  }[] = [
    {
      name: 'an end',
      properties: { exp: now + 300 },
      event: eventOf.rest(sent(mintToken({ claims: {}, key: secret }))),
      expected: 'claims_invalid',
    },
    {
      name: 'an issuer',
      properties: { iss: 'approov.io' },
      event: eventOf.rest(sent(good)),
      variables: { APPROOV_ISSUER: 'approov.io' },
      expected: 'issuer_mismatch',
    },
    {
      name: 'an audience',
      properties: { aud: 'api' },
      event: eventOf.rest(sent(good)),
      variables: { APPROOV_AUDIENCE: 'api' },
      expected: 'audience_mismatch',
    },
    {
      name: 'a binding',
      properties: { pay: tokenBinding('Bearer a') },
      event: eventOf.rest(sent(good, ['Authorization', 'Bearer a'])),
      variables: { APPROOV_BINDING_HEADERS: 'Authorization' },
      expected: 'binding_claim_missing',
    },
    {
      name: 'a key that signs requests',
      properties: { ipk },
      event: eventOf.rest(sent(good, ['Signature', 'install=:YQ==:'], ['Signature-Input', 'install=()'])),
      variables: signing,
      expected: 'message_signature_key_missing',
    },
    {
      name: 'an algorithm',
      properties: { alg: 'HS256' },
      event: eventOf.rest(sent(mintToken({ claims: { exp: now + 300 }, header: '{}', key: secret }))),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'headers of an event',
      properties: { headers: { 'approov-token': good }, multiValueHeaders: { 'approov-token': [good] } },
      event: withoutHeaders(eventOf.http([])),
      expected: 'token_missing',
    },
    {
      name: 'header lists of an event',
      properties: { multiValueHeaders: { 'approov-token': [good] } },
      event: { ...eventOf.http([]), version: '1.0', methodArn: eventOf.rest([]).methodArn },
      expected: 'token_missing',
    },
    {
      name: 'the query that was signed',
      properties: { raw: 'a=1' },
      event: { ...eventOf.rest(signed('a=1')), multiValueQueryStringParameters: { a: ['2'] } },
      variables: { ...signing, APPROOV_PUBLIC_BASE_PATH: '/' },
      expected: 'message_signature_mismatch',
    },
    {
      name: 'a secret',
      properties: { SecretString: secret.toString('base64') },
      event: eventOf.rest(sent(good)),
      source: secretsManagerSource(async () => ({ $metadata: {} }), 's'),
      expected: 'secret_unavailable',
    },
    {
      name: 'keys of an issuer',
      properties: { keys: [poolJwk(pool)] },
      event: eventOf.rest(login(audience)),
      variables: users,
      keys: {},
      expected: 'user_keys_unavailable',
    },
    {
      name: "a user's audience",
      properties: { aud: pool.clientId, client_id: pool.clientId },
      event: eventOf.rest(login({ token_use: 'access' })),
      variables: users,
      expected: 'user_audience_mismatch',
    },
    {
      name: "a user's kind of token",
      properties: { token_use: 'access' },
      event: eventOf.rest(login(audience)),
      variables: users,
      expected: 'user_token_use_mismatch',
    },
    {
      name: "a user's scopes",
      properties: { scope: 'write', scp: ['write'] },
      event: eventOf.rest(login({ ...audience, token_use: 'access' })),
      variables: { ...users, APPROOV_USER_SCOPES: 'write' },
      expected: 'user_scope_missing',
    },
  ];
  for (const { name, properties, event, variables, source, keys, expected } of cases) {
    test(name, async () => {
      const answer = await polluted(properties, async () => {
        const fetchKeySet = async () => JSON.stringify(keys ?? { keys: [poolJwk(pool)] });
        const { answer } = harness(variables, source, undefined, undefined, fetchKeySet);
        return answer(event);
      });
      assert.equal(decisionOf(answer)?.reason, expected);
    });
  }

  test('findings of a decision', async () => {
    const user = { principalId: 'root', until: now + 9e9, context: { user_sub: 'root' } };
    const { response } = await polluted({ user, contentDigest: 'sha-256=:x:' }, () =>
      harness({ APPROOV_CONTEXT_CLAIMS: 'exp' }).answer(eventOf.rest(sent(approov({ did: 'device' })))),
    );
    const { principalId, context } = response as PolicyResponse;
    assert.equal(principalId, 'device');
    assert.deepEqual(context, { exp: now + 300, binding: 'off', messageSignature: 'off', mode: 'enforce' });
  });

  test('headers of the event of a backend', async () => {
    const event = withoutHeaders(proxyEventOf('http2'));
    const { verify } = createVerifier({ secretId: 's' }, toolsOf().tools);
    const result = await polluted({ headers: { 'approov-token': tokenOf() } }, () => outcome(verify(event)));
    assert.match(String(result), /token_missing/);
  });

  const allow = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' };
  const answers = [
    {
      name: 'the policy',
      properties: { policyDocument: { Statement: [allow] } },
      answer: { principalId: 'p' },
    },
    {
      name: 'the statements',
      properties: { Statement: [allow] },
      answer: { principalId: 'p', policyDocument: {} },
    },
    {
      name: 'the effect',
      properties: { Effect: 'Allow' },
      answer: { principalId: 'p', policyDocument: { Statement: [{}] } },
    },
    { name: 'the yes', properties: { isAuthorized: true }, answer: {}, api: 'http' as const },
  ];
  for (const { name, properties, answer, api = 'rest' as const } of answers) {
    test(`${name} of a wrapped authorizer`, async () => {
      const authorizer = withApproov(async () => answer, { secretId: 's' }, toolsOf().tools);
      const result = await polluted(properties, () => outcome(authorizer(eventOf[api](sent(tokenOf())), {})));
      assert.match(String(result), /wrapped_authorizer_failed/);
    });
  }
});
