import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { newInstallKey, signRequest } from '../../../infra/tools/approov/sign.ts';
import { readApproovContext } from '../../../src/backend/readApproovContext.ts';
import type { SecretSource } from '../../../src/keys/secretCache.ts';
import { eventOf, sent } from '../../cases/eventOf.ts';
import { sourceOf, unavailable } from '../../support/secrets.ts';
import { decisionOf, effectOf, harness, minted, now, verdictOf } from '../support/harness.ts';
import { keyMissing, mismatch, missing, stale } from './support/signing.ts';

type Variables = Record<string, string>;

const { installKey, ipk } = newInstallKey();
const accountKey = randomBytes(64);
const claims = { did: 'd', ipk, mskid: 'key-1' };
const token = minted(claims);
const unsignable = minted();
const signatureOf = (approovToken: string, created = now) =>
  signRequest(
    { method: 'GET', url: 'https://api.example.com/hello', headers: { 'Approov-Token': approovToken } },
    { installKey, accountKey, created },
  );
const signed = sent(token, signatureOf(token));

const origin = { APPROOV_PUBLIC_ORIGIN: 'https://api.example.com', APPROOV_PUBLIC_BASE_PATH: '/' };
const install = { ...origin, APPROOV_MESSAGE_SIGNING: 'install' };
const account = { ...origin, APPROOV_MESSAGE_SIGNING: 'account', APPROOV_ACCOUNT_KEY_ID: 'account' };
const evil = { ...install, APPROOV_PUBLIC_ORIGIN: 'https://evil.example' };
const withoutKey = { ...install, APPROOV_MESSAGE_SIGNING_WITHOUT_KEY: 'allow' };
const named = (id: string) => sourceOf(JSON.stringify({ [id]: accountKey.toString('base64url') }));

suite('message signing as part of the decision', () => {
  /** `expected` is the context's `messageSignature`, or the reason, or the failure. */
  type Case = [
    name: string,
    variables: Variables,
    headers: typeof signed,
    expected: string,
    source?: SecretSource,
  ];
  const cases: Case[] = [
    ['install', install, signed, 'install'],
    ['install without a signature', install, sent(token), missing],
    ['install, too old', install, sent(token, signatureOf(token, now - 61)), stale],
    ['install, another URL', evil, signed, mismatch],
    ['install, token without key', install, sent(unsignable, signatureOf(unsignable)), keyMissing],
    ['install, token without key, allowed', withoutKey, sent(unsignable), 'absent'],
    ['off', {}, sent(token), 'off'],
    ['a bad token before a missing signature', install, sent(`${token}=`), 'token_malformed'],
    ['account', account, signed, 'account'],
    ['account, key by its id', account, signed, 'account', named('key-1')],
    ['account, no key by that id', account, signed, keyMissing, named('key-2')],
    ['account, another key', account, signed, mismatch, sourceOf(randomBytes(64))],
    [
      'account, key unavailable',
      account,
      signed,
      'Failure: account_key_unavailable: unexpected error',
      unavailable,
    ],
    [
      'account, invalid key',
      account,
      signed,
      'Failure: account_key_invalid: the decoded value is shorter than 32 bytes',
      sourceOf('c2hvcnQ='),
    ],
  ];
  for (const [name, variables, headers, expected, accountSource = sourceOf(accountKey)] of cases) {
    test(`${name}: ${expected}`, async () => {
      const { answer } = harness(variables, { accountSource });
      for (const api of ['rest', 'http'] as const) {
        const result = await answer(eventOf[api](headers));
        const found = result.response?.context.messageSignature ?? verdictOf(result);
        assert.equal(expected.startsWith('Failure') ? String(result.error) : found, expected);
        const isAllowed = ['install', 'account', 'absent', 'off'].includes(expected);
        assert.equal(effectOf(result) === 'Allow', isAllowed);
      }
    });
  }
});

suite('message signing in report-only', () => {
  const reported = { ...install, APPROOV_MESSAGE_SIGNING_MODE: 'report-only' };

  async function decided(headers: typeof signed, more: Variables = {}, accountSource?: SecretSource) {
    const result = await harness({ ...reported, ...more }, { accountSource }).answer(eventOf.rest(headers));
    const { messageSignature, messageSignatureReason } = result.response?.context ?? {};
    const line = decisionOf(result);
    return {
      ...result,
      line,
      found: [messageSignature, messageSignatureReason],
      logged: [line?.level, line?.decision, line?.reason],
    };
  }

  test('a good signature is what it always is', async () => {
    const { found, logged } = await decided(signed);
    assert.deepEqual(found, ['install', undefined]);
    assert.deepEqual(logged, ['info', 'allow', undefined]);
  });

  test('a request without one is allowed with its claims, and says what is wrong', async () => {
    const result = await decided(sent(token));
    assert.equal(effectOf(result), 'Allow');
    const context = {
      exp: now + 300,
      did: 'd',
      binding: 'off',
      messageSignature: 'refused',
      messageSignatureReason: missing,
      mode: 'enforce',
    };
    assert.deepEqual(result.response?.context, context);
    const authorizer = { ...context, exp: String(context.exp), principalId: 'd' };
    assert.deepEqual(readApproovContext({ requestContext: { authorizer } }, { now }), context);
    assert.deepEqual(result.logged, ['warn', 'would-deny', missing]);
    assert.equal(result.line?.message, 'request would be refused');
  });

  test('keys that cannot be fetched are logged as an error, and the request is allowed', async () => {
    const { found, logged } = await decided(signed, account, unavailable);
    assert.deepEqual(found, ['refused', 'account_key_unavailable']);
    assert.deepEqual(logged, ['error', 'error', 'account_key_unavailable']);
  });

  test('a bad token is refused as ever', async () => {
    const expired = minted({ ...claims, exp: now });
    const { error, logged } = await decided(sent(expired, signatureOf(expired)));
    assert.equal(error?.message, 'Unauthorized');
    assert.deepEqual(logged, ['warn', 'deny', 'token_expired']);
  });

  test('with everything in report-only, a bad signature still leaves the claims', async () => {
    const { response, logged } = await decided(sent(token), { APPROOV_MODE: 'report-only' });
    const { verdict, did, messageSignature, mode } = response?.context ?? {};
    assert.deepEqual([verdict, did, messageSignature, mode], [undefined, 'd', 'refused', 'report-only']);
    assert.deepEqual(logged, ['warn', 'would-deny', missing]);
  });

  test('the reason stays when the context is too large', async () => {
    const { response, found } = await decided(sent(minted({ ...claims, sub: 's'.repeat(5000) })));
    assert.deepEqual([response?.context.omitted, ...found], ['sub', 'refused', missing]);
  });

  test('a claim of that name is not handed on', async () => {
    const claiming = minted({ ...claims, messageSignatureReason: 'x' });
    const variables = { APPROOV_CONTEXT_CLAIMS: 'exp,messageSignatureReason' };
    const { found } = await decided(sent(claiming, signatureOf(claiming)), variables);
    assert.deepEqual(found, ['install', undefined]);
  });
});
