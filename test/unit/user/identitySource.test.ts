import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintUserToken } from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import { readAuthorizerEvent } from '../../../src/event/readEvent.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { now } from '../support/harness.ts';
import { pool, userCheck } from './support/users.ts';

const token = mintUserToken(pool, { sub: 'alice', exp: now + 300 });
const header: [name: string, value: string] = ['Authorization', `Bearer ${token}`];
const http2 = (identitySource: unknown, headers = [header]) => ({ ...eventOf.http(headers), identitySource });
const http1 = (identitySource: unknown) => ({ ...eventOf.rest([header]), version: '1.0', identitySource });

suite("the user's header must be an identity source where the event names them", () => {
  const present: Record<string, object> = {
    'payload 2.0, among others': http2(['approov', `Bearer ${token}`]),
    'payload 2.0, with white space around': http2([` Bearer ${token} `]),
    'payload 1.0, among others': http1(`approov,Bearer ${token}`),
    'payload 2.0 without identity sources, where nothing is cached': http2(undefined),
    'payload 2.0 with an empty list': http2([]),
    'payload 2.0 with null': http2(null),
    'payload 1.0 with an empty text': http1(''),
    'REST, whose event does not name them': { ...eventOf.rest([header]), identitySource: 'x' },
  };
  for (const [name, event] of Object.entries(present)) {
    test(`${name}: the check goes on`, async () => {
      const user = await (await userCheck()).check(readAuthorizerEvent(event));
      assert.equal(typeof user === 'string' ? user : user.principalId, 'alice');
    });
  }

  const absent: Record<string, object> = {
    'payload 2.0, the Approov token alone': http2(['approov']),
    'payload 2.0, the token without its word': http2([token]),
    'payload 2.0, another user': http2(['approov', `Bearer ${token}x`]),
    'payload 1.0, the Approov token alone': http1('approov'),
    'a token that would be refused': http2(['approov'], [['Authorization', 'Bearer junk']]),
  };
  for (const [name, event] of Object.entries(absent)) {
    test(`${name}: a failure, because the cache would give one user's answer to another`, async () => {
      const { check } = await userCheck();
      await assert.rejects(check(readAuthorizerEvent(event)), { code: 'identity_source_missing' });
    });
  }

  test('a request without the header, or with two, is refused as such', async () => {
    const { check } = await userCheck();
    assert.equal(await check(readAuthorizerEvent(http2(['approov'], []))), 'user_token_missing');
    const twice = http2(['approov'], [['Authorization', 'a,b']]);
    assert.equal(await check(readAuthorizerEvent(twice)), 'user_token_ambiguous');
  });
});
