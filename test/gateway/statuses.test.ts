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

interface Case {
  readonly name: string;
  readonly kind?: ApiKind;
  readonly api?: Partial<Api>;
  readonly authorizer: AuthorizerFunction;
  readonly expected: number;
}

const deny = answer({ policyDocument: policy('Deny', `${stage}/*`) });
const cases: readonly Case[] = [
  { name: 'an Allow', authorizer: answer({}), expected: 200 },
  { name: 'a Deny', authorizer: deny, expected: 403 },
  {
    name: 'a Deny with a gateway response of its own',
    api: { accessDeniedStatus: 401 },
    authorizer: deny,
    expected: 401,
  },
  {
    name: 'a Deny of an HTTP API, which has no gateway responses',
    kind: 'http2',
    api: { accessDeniedStatus: 401 },
    authorizer: deny,
    expected: 403,
  },
  {
    name: 'an Allow of another resource',
    authorizer: answer({ policyDocument: policy('Allow', `${stage}/GET/x`) }),
    expected: 403,
  },
  { name: '`Unauthorized`', authorizer: failing('Unauthorized'), expected: 401 },
  {
    name: '`Unauthorized` of a WebSocket API',
    kind: 'websocket',
    authorizer: failing('Unauthorized'),
    expected: 401,
  },
  {
    name: '`Unauthorized` of an HTTP API, payload 1.0',
    kind: 'http1',
    authorizer: failing('Unauthorized'),
    expected: 500,
  },
  {
    name: '`Unauthorized` of an HTTP API, payload 2.0',
    kind: 'http2',
    authorizer: failing('Unauthorized'),
    expected: 500,
  },
  { name: '`unauthorized`', authorizer: failing('unauthorized'), expected: 500 },
  { name: 'any other error', authorizer: failing('Unauthorized: token_missing'), expected: 500 },
  { name: 'no answer', authorizer: async () => undefined, expected: 500 },
  { name: 'no principal', authorizer: answer({ principalId: undefined }), expected: 500 },
  { name: 'no policy', authorizer: answer({ policyDocument: undefined }), expected: 500 },
  {
    name: 'a policy that IAM rejects',
    authorizer: answer({ policyDocument: policy('Perhaps', `${stage}/*`) }),
    expected: 500,
  },
  {
    name: 'a resource that is not an ARN',
    authorizer: answer({ policyDocument: policy('Allow', 'everything') }),
    expected: 500,
  },
  {
    name: 'a resource of 513 characters',
    authorizer: answer({ policyDocument: policy('Allow', `${stage}/*`.padEnd(513, '*')) }),
    expected: 500,
  },
  { name: 'an answer over 8 KB', authorizer: answer({ context: { long: 'x'.repeat(8192) } }), expected: 500 },
  {
    name: 'an object in the context',
    authorizer: answer({ context: { claims: { exp: 1 } } }),
    expected: 500,
  },
  { name: 'null in the context', authorizer: answer({ context: { none: null } }), expected: 200 },
  { name: 'a simple answer to a REST API', authorizer: async () => ({ isAuthorized: true }), expected: 500 },
  {
    name: 'a simple answer to payload 1.0',
    kind: 'http1',
    authorizer: async () => ({ isAuthorized: true }),
    expected: 500,
  },
  {
    name: 'a simple answer to payload 2.0',
    kind: 'http2',
    authorizer: async () => ({ isAuthorized: true }),
    expected: 200,
  },
  {
    name: 'a simple refusal',
    kind: 'http2',
    authorizer: async () => ({ isAuthorized: false }),
    expected: 403,
  },
  {
    name: 'an object in the context of payload 2.0',
    kind: 'http2',
    authorizer: async () => ({ isAuthorized: true, context: { a: {} } }),
    expected: 200,
  },
];

suite('the gateway model: the status for an authorizer’s answer', () => {
  for (const { name, kind = 'rest', api: overrides, authorizer, expected } of cases) {
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
