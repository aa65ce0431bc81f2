import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { newKeysetKey } from '../../../../infra/tools/approov/keysetKey.ts';
import type { LocalRun } from '../../../../infra/tools/console/localRun.ts';
import { mintRequest } from '../../../../infra/tools/console/mintRequest.ts';

const api = { name: 'REST with users', url: 'http://localhost/hello', requests: () => [] };
const logins = {
  'https://customers.example': (user: string) => `customers.${user}`,
  'https://staff.example': (user: string) => `staff.${user}`,
};
const run = {
  groups: [{ rest: api, http: { ...api, name: 'HTTP' }, settings: {}, logins }],
  keysetKeys: [{ algorithm: 'ES256', kid: '7', privateKey: newKeysetKey('ES256') }],
} as unknown as LocalRun;
const input = {
  api: 'REST with users',
  algorithm: 'ES256',
  expiresIn: 60,
  boundTo: '',
  user: 'sam',
  issuer: '',
  claims: '',
  isSigned: false,
  method: 'GET',
  body: '',
};

suite('a minted request of an API that checks users', () => {
  for (const [issuer, login] of [
    ['https://customers.example', 'customers.sam'],
    ['https://staff.example', 'staff.sam'],
  ] as const) {
    test(`has the login of ${issuer}`, () => {
      const { request } = mintRequest({ ...input, issuer }, run, 0);
      assert.equal(request.headers.Authorization, `Bearer ${login}`);
    });
  }

  test('has no login without a user', () => {
    const { request } = mintRequest({ ...input, user: '', issuer: 'https://staff.example' }, run, 0);
    assert.equal(request.headers.Authorization, undefined);
  });

  for (const issuer of ['', 'https://other.example', 'toString']) {
    test(`is refused for the issuer "${issuer}"`, () => {
      assert.throws(() => mintRequest({ ...input, issuer }, run, 0), /There is no such issuer/);
    });
  }
});
