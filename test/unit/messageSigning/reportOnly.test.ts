import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { newInstallKey, signRequest } from '../../../infra/tools/approov/sign.ts';
import { readApproovContext } from '../../../src/backend/readApproovContext.ts';
import { SecretFetchError, type SecretSource } from '../../../src/keys/secretCache.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { decisionOf, effectOf, harness, now, secret } from '../support/harness.ts';

const { installKey, ipk } = newInstallKey();
const claims = { exp: now + 300, did: 'd', ipk, mskid: 'key-1' };
const token = mintToken({ claims, key: secret });
const variables = {
  APPROOV_PUBLIC_ORIGIN: 'https://api.example.com',
  APPROOV_PUBLIC_BASE_PATH: '/',
  APPROOV_MESSAGE_SIGNING: 'install',
  APPROOV_MESSAGE_SIGNING_MODE: 'report-only',
};
const signatureOf = (approovToken: string) =>
  signRequest(
    { method: 'GET', url: 'https://api.example.com/hello', headers: { 'Approov-Token': approovToken } },
    { installKey, created: now },
  );
const signed = signatureOf(token);

async function decided(
  sent: string,
  headers: Record<string, string>,
  more: Record<string, string> = {},
  accountSource?: SecretSource,
) {
  const { answer } = harness({ ...variables, ...more }, undefined, undefined, accountSource);
  const result = await answer(eventOf.rest([['Approov-Token', sent], ...Object.entries(headers)]));
  return { ...result, line: decisionOf(result) };
}

suite('message signing in report-only', () => {
  test('a good signature is what it always is', async () => {
    const { response, line } = await decided(token, signed);
    assert.equal(response?.context.messageSignature, 'install');
    assert.equal(response?.context.messageSignatureReason, undefined);
    assert.deepEqual([line?.decision, line?.reason], ['allow', undefined]);
  });

  const reason = 'message_signature_missing';
  test('a request without one is allowed with its claims, and says what is wrong', async () => {
    const result = await decided(token, {});
    assert.equal(effectOf(result), 'Allow');
    const context = {
      exp: claims.exp,
      did: 'd',
      binding: 'off',
      messageSignature: 'refused',
      messageSignatureReason: reason,
      mode: 'enforce',
    };
    assert.deepEqual(result.response?.context, context);
    const authorizer = { ...context, exp: String(context.exp), principalId: 'd' };
    assert.deepEqual(readApproovContext({ requestContext: { authorizer } }, { now }), context);
  });

  test('it is logged as what would be refused', async () => {
    const { line } = await decided(token, {});
    assert.deepEqual(
      [line?.level, line?.message, line?.decision, line?.reason],
      ['warn', 'request would be refused', 'would-deny', reason],
    );
  });

  test('keys that cannot be fetched are logged as an error, and the request is allowed', async () => {
    const account = { APPROOV_MESSAGE_SIGNING: 'account', APPROOV_ACCOUNT_KEY_ID: 'account' };
    const { installKey: other } = newInstallKey();
    const headers = signRequest(
      { method: 'GET', url: 'https://api.example.com/hello', headers: { 'Approov-Token': token } },
      { installKey: other, accountKey: Buffer.alloc(64, 1), created: now },
    );
    const result = await decided(token, headers, account, async () => {
      throw new SecretFetchError('ECONNRESET');
    });
    assert.deepEqual(
      [result.response?.context.messageSignature, result.response?.context.messageSignatureReason],
      ['refused', 'account_key_unavailable'],
    );
    assert.deepEqual(
      [result.line?.level, result.line?.decision, result.line?.reason],
      ['error', 'error', 'account_key_unavailable'],
    );
  });

  test('a bad token is refused as ever', async () => {
    const expired = mintToken({ claims: { ...claims, exp: now }, key: secret });
    const { error, line } = await decided(expired, signed);
    assert.equal(error?.message, 'Unauthorized');
    assert.deepEqual([line?.decision, line?.reason], ['deny', 'token_expired']);
  });

  test('with everything in report-only, a bad signature still leaves the claims', async () => {
    const { response, line } = await decided(token, {}, { APPROOV_MODE: 'report-only' });
    const { verdict, did, messageSignature, mode } = response?.context ?? {};
    assert.deepEqual([verdict, did, messageSignature, mode], [undefined, 'd', 'refused', 'report-only']);
    assert.equal(line?.decision, 'would-deny');
  });

  test('the reason stays when the context is too large', async () => {
    const large = mintToken({ claims: { ...claims, sub: 's'.repeat(5000) }, key: secret });
    const { response } = await decided(large, {});
    const { omitted, messageSignature, messageSignatureReason } = response?.context ?? {};
    assert.deepEqual([omitted, messageSignature, messageSignatureReason], ['sub', 'refused', reason]);
  });

  test('a claim of that name is not handed on', async () => {
    const named = mintToken({ claims: { ...claims, messageSignatureReason: 'x' }, key: secret });
    const { response } = await decided(named, signatureOf(named), {
      APPROOV_CONTEXT_CLAIMS: 'exp,messageSignatureReason',
    });
    const { messageSignature, messageSignatureReason } = response?.context ?? {};
    assert.deepEqual([messageSignature, messageSignatureReason], ['install', undefined]);
  });
});
