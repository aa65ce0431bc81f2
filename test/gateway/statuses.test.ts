import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Api, type ApiKind, api } from './model/api.ts';
import { type AuthorizerFunction, Gateway } from './model/gateway.ts';

// Tests of the model itself, with other authorizers: it must refuse what API Gateway refuses.
const stage = 'arn:aws:execute-api:eu-west-1:123456789012:abc123defg/prod';
const policy = (Effect: string, Resource: string) => ({
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }],
  },
});
const answer =
  (fields: object = {}) =>
  async () => ({
    principalId: 'p',
    ...policy('Allow', `${stage}/*`),
    ...fields,
  });
const failing = (message: string) => async () => {
  throw new Error(message);
};
const simple =
  (isAuthorized: boolean, more = {}) =>
  async () => ({ isAuthorized, ...more });

type Row = [name: string, authorizer: AuthorizerFunction, kind?: ApiKind, api?: Partial<Api>];
const deny = answer(policy('Deny', `${stage}/*`));
const unauthorized = failing('Unauthorized');
const own = { accessDeniedStatus: 401 } as const;
const rows: Record<number, Row[]> = {
  200: [
    ['an Allow', answer()],
    ['null in the context', answer({ context: { none: null } })],
    ['a simple answer to payload 2.0', simple(true), 'http2'],
    ['an object in the context of payload 2.0', simple(true, { context: { a: {} } }), 'http2'],
  ],
  401: [
    ['a Deny with its own gateway response', deny, 'rest', own],
    ['`Unauthorized`', unauthorized],
    ['`Unauthorized` of a WebSocket API', unauthorized, 'websocket'],
  ],
  403: [
    ['a Deny', deny],
    ['a Deny of an HTTP API, which has no gateway responses', deny, 'http2', own],
    ['an Allow of another resource', answer(policy('Allow', `${stage}/GET/x`))],
    ['a simple refusal', simple(false), 'http2'],
  ],
  500: [
    ['`Unauthorized` of an HTTP API, payload 1.0', unauthorized, 'http1'],
    ['`Unauthorized` of an HTTP API, payload 2.0', unauthorized, 'http2'],
    ['`unauthorized`', failing('unauthorized')],
    ['any other error', failing('Unauthorized: token_missing')],
    ['no answer', async () => undefined],
    ['no principal', answer({ principalId: undefined })],
    ['no policy', answer({ policyDocument: undefined })],
    ['a policy that IAM rejects', answer(policy('Perhaps', `${stage}/*`))],
    ['a resource that is not an ARN', answer(policy('Allow', 'everything'))],
    ['a resource of 513 characters', answer(policy('Allow', `${stage}/*`.padEnd(513, '*')))],
    ['an answer over 8 KB', answer({ context: { long: 'x'.repeat(8192) } })],
    ['an object in the context', answer({ context: { claims: { exp: 1 } } })],
    ['a simple answer to a REST API', simple(true)],
    ['a simple answer to payload 1.0', simple(true), 'http1'],
  ],
};

suite('the gateway model: the status for an authorizer’s answer', () => {
  for (const [expected, of] of Object.entries(rows)) {
    for (const [name, authorizer, kind = 'rest', overrides] of of) {
      test(`${name}: ${expected}`, async () => {
        const gateway = new Gateway(api(kind, overrides), authorizer, () => 0);
        const headers = [['Approov-Token', 'x']] as const;
        const { status } = await gateway.send({ method: 'GET', path: '/items', headers });
        assert.equal(status, Number(expected));
      });
    }
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
