import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { loopbackCertificate } from '../../infra/tools/local/loopbackCertificate.ts';
import {
  type IdentityProvider,
  startIdentityProvider,
} from '../../infra/tools/standIns/identityProvider/identityProvider.ts';
import { mintUserToken } from '../../infra/tools/standIns/identityProvider/userPool.ts';
import { readApproovContext, readUserClaims } from '../../src/backend.ts';
import { eventOf } from '../cases/eventOf.ts';
import { outcome, token, withArtifact } from './rig.ts';

suite('the artifact with users, whose keys it fetches over HTTPS', () => {
  let folder: string;
  let identityProvider: IdentityProvider;
  let variables: Record<string, string>;
  before(async () => {
    const tls = loopbackCertificate();
    folder = await mkdtemp(join(tmpdir(), 'users-'));
    await writeFile(join(folder, 'certificate.pem'), tls.cert);
    identityProvider = await startIdentityProvider({ host: '127.0.0.1', tls });
    variables = {
      NODE_EXTRA_CA_CERTS: join(folder, 'certificate.pem'),
      APPROOV_DENIAL: 'policy',
      APPROOV_USER_AUTH: 'jwt',
      APPROOV_USER_ISSUER: identityProvider.customers.pool.issuer,
      APPROOV_USER_AUDIENCE: identityProvider.customers.pool.clientId,
      APPROOV_USER_JWKS_URI: identityProvider.customers.jwksUri,
      APPROOV_USER_TOKEN_USE: 'access',
      APPROOV_USER_SCOPES: 'api/read',
    };
  });
  after(async () => {
    await identityProvider.close();
    await rm(folder, { recursive: true });
  });

  const login = (options: Partial<Parameters<typeof mintUserToken>[1]> = {}) =>
    mintUserToken(identityProvider.customers.pool, {
      sub: 'alice',
      exp: Date.now() / 1000 + 200,
      ...options,
    });
  const request = (approovToken: string, userToken: string) =>
    eventOf.rest([
      ['Approov-Token', approovToken],
      ['Authorization', `Bearer ${userToken}`],
    ]);

  test('both tokens valid: the backend reads the app and the user', async () => {
    await withArtifact(variables, async (artifact) => {
      const answer = await artifact.answer(request(token(), login()));
      assert.equal(outcome(answer), 'allow');
      assert.equal(answer.response?.principalId, 'alice');
      const event = { requestContext: { authorizer: answer.response?.context } };
      const context = readApproovContext(event);
      assert.ok(context.verdict === undefined);
      assert.equal(context.did, 'device');
      const { sub, scopes } = readUserClaims(event);
      assert.deepEqual([sub, scopes], ['alice', ['openid', 'api/read']]);
    });
  });

  test('every fault of the user is a Deny with its reason, and of the app first', async () => {
    await withArtifact(variables, async (artifact) => {
      const reasons = [];
      for (const [approovToken, userToken] of [
        [token(1), 'junk'],
        [token(), 'junk'],
        [token(), login({ exp: Date.now() / 1000 - 1 })],
        [token(), login({ use: 'id' })],
        [token(), login({ claims: { scope: 'openid' } })],
        [token(), `${login().slice(0, -8)}AAAAAAAA`],
      ] as const) {
        const answer = await artifact.answer(request(approovToken, userToken));
        assert.equal(outcome(answer), 'deny');
        reasons.push(answer.response?.context?.reason);
      }
      assert.deepEqual(reasons, [
        'signature_mismatch',
        'user_token_malformed',
        'user_token_expired',
        'user_token_use_mismatch',
        'user_scope_missing',
        'user_signature_mismatch',
      ]);
    });
  });

  test('keys that are not where they should be are a failure, and no line holds a token', async () => {
    const wrong = { ...variables, APPROOV_USER_JWKS_URI: `${identityProvider.customers.jwksUri}/none` };
    await withArtifact(wrong, async (artifact) => {
      const user = login();
      const answer = await artifact.answer(request(token(), user));
      assert.equal(outcome(answer), 'user_keys_unavailable: GET failed with status 404');
      assert.ok(!artifact.output.join('').includes(user.split('.')[1] as string));
    });
  });

  for (const [name, value] of [
    ['APPROOV_USER_AUHT', 'jwt'],
    ['APPROOV_USER_AUTH', 'on'],
  ] as const) {
    test(`it does not start with ${name}=${value}, so that no user goes unchecked`, async () => {
      await assert.rejects(
        withArtifact({ ...variables, [name]: value }, async () => assert.fail('it started')),
      );
    });
  }
});
