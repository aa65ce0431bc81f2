import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintToken, tokenBinding } from '../../infra/tools/approov/mint.ts';
import { newInstallKey, signRequest } from '../../infra/tools/approov/sign.ts';
import { poolJwk } from '../../infra/tools/standIns/identityProvider/userPool.ts';
import type { PolicyResponse } from '../../src/answer/respond.ts';
import { secretsManagerSource } from '../../src/aws/secretsManagerSource.ts';
import { createVerifier, withApproov } from '../../src/index.ts';
import type { SecretSource } from '../../src/keys/secretCache.ts';
import { arnOf, eventOf, sent } from '../cases/eventOf.ts';
import { proxyEventOf } from '../cases/proxyEventOf.ts';
import { polluted } from '../support/polluted.ts';
import { outcome, tokenOf, toolsOf } from './support/composed.ts';
import { harness, minted, now, secret, verdictOf } from './support/harness.ts';
import { jwtVariables, pool } from './user/support/users.ts';

const { installKey, ipk } = newInstallKey();
const good = minted();

/** A token whose claims are these alone. */
const userToken = (claims: object) =>
  mintToken({
    claims: { sub: 'alice', exp: now + 300, iss: pool.issuer, ...claims },
    header: JSON.stringify({ alg: 'RS256', kid: pool.kid }),
    algorithm: 'RS256',
    key: pool.key,
  });

const withoutHeaders = ({ headers: _, ...event }: { headers?: unknown }) => event;
const rest = (token: string, others = {}) => eventOf.rest(sent(token, others));
const login = (claims: object) => rest(good, { Authorization: userToken(claims) });

function signed(rawQuery: string) {
  const token = minted({ ipk });
  const url = `https://api.example.com/hello?${rawQuery}`;
  const request = { method: 'GET', url, headers: { 'Approov-Token': token } };
  return rest(token, signRequest(request, { created: now, installKey }));
}

suite('what an object inherits opens no door', () => {
  const users = { variables: jwtVariables };
  const signing = { APPROOV_MESSAGE_SIGNING: 'install', APPROOV_PUBLIC_ORIGIN: 'https://api.example.com' };
  const variablesOf = (name: string, value: string) => ({ variables: { [name]: value } });
  const audience = { client_id: pool.clientId };
  const access = { token_use: 'access' };
  const lists = { 'approov-token': [good] };
  const http1 = { ...eventOf.http([]), version: '1.0', methodArn: arnOf('/GET/hello') };
  const otherQuery = { ...signed('a=1'), multiValueQueryStringParameters: { a: ['2'] } };
  const halfSigned = { Signature: 'install=:YQ==:', 'Signature-Input': 'install=()' };
  const cases: [
    name: string,
    properties: object,
    event: object,
    expected: string,
    more?: { variables?: Record<string, string>; source?: SecretSource; keys?: object },
  ][] = [
    ['an end', { exp: now + 300 }, rest(mintToken({ claims: {}, key: secret })), 'claims_invalid'],
    ['an issuer', { iss: 'a' }, rest(good), 'issuer_mismatch', variablesOf('APPROOV_ISSUER', 'a')],
    ['an audience', { aud: 'a' }, rest(good), 'audience_mismatch', variablesOf('APPROOV_AUDIENCE', 'a')],
    [
      'a binding',
      { pay: tokenBinding('Bearer a') },
      rest(good, { Authorization: 'Bearer a' }),
      'binding_claim_missing',
      variablesOf('APPROOV_BINDING_HEADERS', 'Authorization'),
    ],
    [
      'a key that signs requests',
      { ipk },
      rest(good, halfSigned),
      'message_signature_key_missing',
      { variables: signing },
    ],
    [
      'an algorithm',
      { alg: 'HS256' },
      rest(mintToken({ claims: { exp: now + 300 }, header: '{}', key: secret })),
      'algorithm_not_allowed',
    ],
    [
      'headers of an event',
      { headers: { 'approov-token': good }, multiValueHeaders: lists },
      withoutHeaders(eventOf.http([])),
      'token_missing',
    ],
    ['header lists of an event', { multiValueHeaders: lists }, http1, 'token_missing'],
    [
      'the query that was signed',
      { raw: 'a=1' },
      otherQuery,
      'message_signature_mismatch',
      { variables: { ...signing, APPROOV_PUBLIC_BASE_PATH: '/' } },
    ],
    [
      'a secret',
      { SecretString: secret.toString('base64') },
      rest(good),
      'secret_unavailable',
      { source: secretsManagerSource(async () => ({ $metadata: {} }), 's') },
    ],
    [
      'keys of an issuer',
      { keys: [poolJwk(pool)] },
      login(audience),
      'user_keys_unavailable',
      { ...users, keys: {} },
    ],
    [
      "a user's audience",
      { aud: pool.clientId, ...audience },
      login(access),
      'user_audience_mismatch',
      users,
    ],
    ["a user's kind of token", access, login(audience), 'user_token_use_mismatch', users],
    [
      "a user's scopes",
      { scope: 'write', scp: ['write'] },
      login({ ...audience, ...access }),
      'user_scope_missing',
      { variables: { ...jwtVariables, APPROOV_USER_SCOPES: 'write' } },
    ],
  ];
  for (const [name, properties, event, expected, { variables, source, keys } = {}] of cases) {
    test(name, async () => {
      const answer = await polluted(properties, async () => {
        const fetchKeySet = async () => JSON.stringify(keys ?? { keys: [poolJwk(pool)] });
        const { answer } = harness(variables, { source, fetchKeySet });
        return answer(event);
      });
      assert.equal(verdictOf(answer), expected);
    });
  }

  test('findings of a decision', async () => {
    const user = { principalId: 'root', until: now + 9e9, context: { user_sub: 'root' } };
    const { response } = await polluted({ user, contentDigest: 'sha-256=:x:' }, () =>
      harness({ APPROOV_CONTEXT_CLAIMS: 'exp' }).answer(rest(minted({ did: 'device' }))),
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
  const noPolicy = { principalId: 'p' };
  const answers: [name: string, properties: object, answer: object, api?: 'http'][] = [
    ['the policy', { policyDocument: { Statement: [allow] } }, noPolicy],
    ['the statements', { Statement: [allow] }, { ...noPolicy, policyDocument: {} }],
    ['the effect', { Effect: 'Allow' }, { ...noPolicy, policyDocument: { Statement: [{}] } }],
    ['the yes', { isAuthorized: true }, {}, 'http'],
  ];
  for (const [name, properties, answer, api = 'rest'] of answers) {
    test(`${name} of a wrapped authorizer`, async () => {
      const authorizer = withApproov(async () => answer, { secretId: 's' }, toolsOf().tools);
      const result = await polluted(properties, () => outcome(authorizer(eventOf[api](sent(tokenOf())), {})));
      assert.match(String(result), /wrapped_authorizer_failed/);
    });
  }
});
