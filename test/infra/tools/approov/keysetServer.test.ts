import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { after, before, suite, test } from 'node:test';
import { newKeysetKey, publicJwk } from '../../../../infra/tools/approov/keysetKey.ts';
import { type KeysetServer, startKeysetServer } from '../../../../infra/tools/approov/keysetServer.ts';
import { loopbackCertificate } from '../../../../infra/tools/local/loopbackCertificate.ts';
import { fetchKeySet } from '../../../../src/keys/keySetCache.ts';

suite("the stand-in for a keyset's host", () => {
  const { signal } = new AbortController();
  const tls = loopbackCertificate();
  const keys = [publicJwk(newKeysetKey('ES256'), 'ES256', '7')];
  let server: KeysetServer;
  before(async () => {
    server = await startKeysetServer(keys, { host: '127.0.0.1', tls });
  });
  after(() => server.close());

  test('publishes the public keys to who trusts its certificate', async () => {
    const text = await fetchKeySet(server.uri, signal, new Agent({ ca: tls.cert }));
    assert.deepEqual(JSON.parse(text), { keys });
    assert.match(text, /"kty":"EC".*"use":"sig","alg":"ES256","kid":"7"/);
    assert.doesNotMatch(text, /"d":/);
  });

  test('is not trusted by others', async () => {
    await assert.rejects(fetchKeySet(server.uri, signal), {
      message: 'GET failed with DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  test('has nothing else', async () => {
    const call = fetchKeySet(new URL('/', server.uri).href, signal, new Agent({ ca: tls.cert }));
    await assert.rejects(call, { message: 'GET failed with status 404' });
  });

  test('has a certificate for loopback alone, good from now for a day', () => {
    const certificate = new X509Certificate(tls.cert);
    assert.equal(certificate.verify(certificate.publicKey), true);
    assert.equal(certificate.subjectAltName, 'IP Address:127.0.0.1, DNS:localhost');
    assert.ok(Date.parse(certificate.validFrom) < Date.now());
    const hours = (Date.parse(certificate.validTo) - Date.now()) / 3_600_000;
    assert.ok(hours > 23 && hours <= 24, `${hours}`);
  });
});
