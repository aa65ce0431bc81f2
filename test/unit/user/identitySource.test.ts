import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintUserToken } from '../../../infra/tools/standIns/identityProvider/userPool.ts';
import { readEvent } from '../../../src/event/authorizerEvent.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { now } from '../support/harness.ts';
import { pool, userCheck } from './support/users.ts';

const token = mintUserToken(pool, { sub: 'alice', exp: now + 300 });
const header: [name: string, value: string] = ['Authorization', `Bearer ${token}`];
const http2 = (identitySource: unknown, headers = [header]) => ({ ...eventOf.http(headers), identitySource });
const http1 = (identitySource: unknown, headers = [header]) => ({
  ...eventOf.rest(headers),
  version: '1.0',
  identitySource,
});
const missing = { code: 'identity_source_missing' };

suite("the user's header must be an identity source where the event names them", () => {
  const present = [
    { name: 'payload 2.0, among others', event: http2(['approov', `Bearer ${token}`]) },
    { name: 'payload 2.0, with white space around', event: http2([` Bearer ${token} `]) },
    { name: 'payload 1.0, among others', event: http1(`approov,Bearer ${token}`) },
    { name: 'payload 2.0 without identity sources, where nothing is cached', event: http2(undefined) },
    { name: 'payload 2.0 with an empty list', event: http2([]) },
    { name: 'payload 2.0 with null', event: http2(null) },
    { name: 'payload 1.0 with an empty text', event: http1('') },
    {
      name: 'REST, whose event does not name them',
      event: { ...eventOf.rest([header]), identitySource: 'x' },
    },
  ];
  for (const { name, event } of present) {
    test(`${name}: the check goes on`, async () => {
      const user = await (await userCheck()).check(readEvent(event));
      assert.equal(typeof user === 'string' ? user : user.principalId, 'alice');
    });
  }

  const absent = [
    { name: 'payload 2.0, the Approov token alone', event: http2(['approov']) },
    { name: 'payload 2.0, the token without its word', event: http2([token]) },
    { name: 'payload 2.0, another user', event: http2(['approov', `Bearer ${token}x`]) },
    { name: 'payload 1.0, the Approov token alone', event: http1('approov') },
    { name: 'a token that would be refused', event: http2(['approov'], [['Authorization', 'Bearer junk']]) },
  ];
  for (const { name, event } of absent) {
    test(`${name}: a failure, for the cache would give one user's answer to another`, async () => {
      await assert.rejects((await userCheck()).check(readEvent(event)), missing);
    });
  }

  test('a request without the header, or with two, is refused as such', async () => {
    const { check } = await userCheck();
    assert.equal(await check(readEvent(http2(['approov'], []))), 'user_token_missing');
    const twice = http2(['approov'], [['Authorization', 'a,b']]);
    assert.equal(await check(readEvent(twice)), 'user_token_ambiguous');
  });
});
