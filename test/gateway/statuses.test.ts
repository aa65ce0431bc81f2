import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Api, type ApiKind, api } from './model/api.ts';
import { type AuthorizerFunction, Gateway } from './model/gateway.ts';

// Tests of the model itself, with other authorizers: it must refuse what API Gateway refuses.
const stage = 'arn:aws:execute-api:eu-west-1:123456789012:abc123defg/prod';
const policy = (Effect: string, Resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }],
});
const answer = (fields: object) => async () => ({
  principalId: 'p',
  policyDocument: policy('Allow', `${stage}/*`),
  ...fields,
});
const failing = (message: string) => async () => {
  throw new Error(message);
};

type Case = [
  name: string,
  authorizer: AuthorizerFunction,
  expected: number,
  more?: { readonly kind?: ApiKind; readonly api?: Partial<Api> },
];

const deny = answer({ policyDocument: policy('Deny', `${stage}/*`) });
const cases: readonly Case[] = [
  ['an Allow', answer({}), 200],
  ['a Deny', deny, 403],
  ['a Deny with a gateway response of its own', deny, 401, { api: { accessDeniedStatus: 401 } }],
  [
    'a Deny of an HTTP API, which has no gateway responses',
    deny,
    403,
    { kind: 'http2', api: { accessDeniedStatus: 401 } },
  ],
  ['an Allow of another resource', answer({ policyDocument: policy('Allow', `${stage}/GET/x`) }), 403],
  ['`Unauthorized`', failing('Unauthorized'), 401],
  ['`Unauthorized` of a WebSocket API', failing('Unauthorized'), 401, { kind: 'websocket' }],
  ['`Unauthorized` of an HTTP API, payload 1.0', failing('Unauthorized'), 500, { kind: 'http1' }],
  ['`Unauthorized` of an HTTP API, payload 2.0', failing('Unauthorized'), 500, { kind: 'http2' }],
  ['`unauthorized`', failing('unauthorized'), 500],
  ['any other error', failing('Unauthorized: token_missing'), 500],
  ['no answer', async () => undefined, 500],
  ['no principal', answer({ principalId: undefined }), 500],
  ['no policy', answer({ policyDocument: undefined }), 500],
  ['a policy that IAM rejects', answer({ policyDocument: policy('Perhaps', `${stage}/*`) }), 500],
  ['a resource that is not an ARN', answer({ policyDocument: policy('Allow', 'everything') }), 500],
  [
    'a resource of 513 characters',
    answer({ policyDocument: policy('Allow', `${stage}/*`.padEnd(513, '*')) }),
    500,
  ],
  ['an answer over 8 KB', answer({ context: { long: 'x'.repeat(8192) } }), 500],
  ['an object in the context', answer({ context: { claims: { exp: 1 } } }), 500],
  ['null in the context', answer({ context: { none: null } }), 200],
  ['a simple answer to a REST API', async () => ({ isAuthorized: true }), 500],
  ['a simple answer to payload 1.0', async () => ({ isAuthorized: true }), 500, { kind: 'http1' }],
  ['a simple answer to payload 2.0', async () => ({ isAuthorized: true }), 200, { kind: 'http2' }],
  ['a simple refusal', async () => ({ isAuthorized: false }), 403, { kind: 'http2' }],
  [
    'an object in the context of payload 2.0',
    async () => ({ isAuthorized: true, context: { a: {} } }),
    200,
    { kind: 'http2' },
  ],
];

suite('the gateway model: the status for an authorizer’s answer', () => {
  for (const [name, authorizer, expected, { kind = 'rest', api: overrides } = {}] of cases) {
    test(`${name}: ${expected}`, async () => {
      const gateway = new Gateway(api(kind, overrides), authorizer, () => 0);
      const headers = [['Approov-Token', 'x']] as const;
      assert.equal((await gateway.send({ method: 'GET', path: '/items', headers })).status, expected);
    });
  }

  test('an unknown route is a 404, without a call of the authorizer', async () => {
    const gateway = new Gateway(api('rest'), failing('it must not be called'), () => 0);
    assert.deepEqual(await gateway.send({ method: 'PATCH', path: '/items', headers: [] }), {
      status: 404,
      called: false,
    });
  });

  test('an identity source in the query string', async () => {
    const identitySources = ['method.request.querystring.token'];
    const gateway = new Gateway(api('websocket', { identitySources }), answer({}), () => 0);
    const send = (query: string) => gateway.send({ method: 'GET', path: '', query, headers: [] });
    assert.deepEqual(
      [(await send('token=x')).status, (await send('other=x')).status, (await send('token=')).status],
      [200, 401, 401],
    );
  });
});
