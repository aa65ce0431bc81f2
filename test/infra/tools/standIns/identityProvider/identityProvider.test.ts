import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { suite, test } from 'node:test';
import * as jose from 'jose';
import { loopbackCertificate } from '../../../../../infra/tools/local/loopbackCertificate.ts';
import { startIdentityProvider } from '../../../../../infra/tools/standIns/identityProvider/identityProvider.ts';
import { mintUserToken } from '../../../../../infra/tools/standIns/identityProvider/userPool.ts';
import { fetchKeySet } from '../../../../../src/keys/keySetCache.ts';

suite('the stand-in for Amazon Cognito', () => {
  for (const use of ['access', 'id'] as const) {
    test(`publishes the key of its ${use} tokens, which have Cognito's claims`, async () => {
      const tls = loopbackCertificate();
      const { customers, close } = await startIdentityProvider({ host: '127.0.0.1', tls });
      const { pool, jwksUri } = customers;
      try {
        assert.match(jwksUri, /^https:\/\/127\.0\.0\.1:\d+\/local_Example\/\.well-known\/jwks\.json$/);
        const text = await fetchKeySet(jwksUri, new AbortController().signal, new Agent({ ca: tls.cert }));
        const exp = Math.floor(Date.now() / 1000) + 60;
        const token = mintUserToken(pool, {
          use,
          sub: 'alice',
          exp,
          claims: { 'cognito:groups': ['staff'] },
        });
        const { payload, protectedHeader } = await jose.jwtVerify(
          token,
          jose.createLocalJWKSet(JSON.parse(text)),
          { issuer: pool.issuer },
        );
        assert.deepEqual(protectedHeader, { alg: 'RS256', kid: pool.kid });
        const ofUse = use === 'access' ? { client_id: pool.clientId } : { aud: pool.clientId };
        assert.partialDeepStrictEqual(payload, {
          sub: 'alice',
          token_use: use,
          exp,
          'cognito:groups': ['staff'],
          ...ofUse,
        });
      } finally {
        await close();
      }
    });
  }
});
