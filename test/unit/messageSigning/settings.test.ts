import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { newInstallKey, signRequest } from '../../../infra/tools/approov/sign.ts';
import type { SecretSource } from '../../../src/keys/secretCache.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { decisionOf, effectOf, harness, now, secret } from '../support/harness.ts';

const { installKey, ipk } = newInstallKey();
const accountKey = randomBytes(64);
const url = 'https://api.example.com/hello';
const origin = { APPROOV_PUBLIC_ORIGIN: 'https://api.example.com', APPROOV_PUBLIC_BASE_PATH: '/' };
const install = { ...origin, APPROOV_MESSAGE_SIGNING: 'install' };
const account = { ...origin, APPROOV_MESSAGE_SIGNING: 'account', APPROOV_ACCOUNT_KEY_ID: 'account' };
const token = mintToken({ claims: { exp: now + 300, ipk, mskid: 'key-1' }, key: secret });
const unsignable = mintToken({ claims: { exp: now + 300 }, key: secret });
const signed = (approovToken: string, created = now) =>
  signRequest(
    { method: 'GET', url, headers: { 'Approov-Token': approovToken } },
    { installKey, accountKey, created },
  );
const keyOf =
  (text: string): SecretSource =>
  async () => ({ text, versionId: 'k1', createdAt: 0 });

describe('message signing as part of the decision', () => {
  interface Case {
    name: string;
    variables: Record<string, string>;
    token?: string;
    headers?: Record<string, string>;
    accountSource?: SecretSource;
    /** the context's `messageSignature`, or the reason, or the failure */
    expected: string;
  }
  const cases: Case[] = [
    { name: 'install', variables: install, headers: signed(token), expected: 'install' },
    { name: 'install without a signature', variables: install, expected: 'message_signature_missing' },
    {
      name: 'install, too old',
      variables: install,
      headers: signed(token, now - 61),
      expected: 'message_signature_stale',
    },
    {
      name: 'install, another URL',
      variables: { ...install, APPROOV_PUBLIC_ORIGIN: 'https://evil.example' },
      headers: signed(token),
      expected: 'message_signature_mismatch',
    },
    {
      name: 'install, token without key',
      variables: install,
      token: unsignable,
      headers: signed(unsignable),
      expected: 'message_signature_key_missing',
    },
    {
      name: 'install, token without key, allowed',
      variables: { ...install, APPROOV_MESSAGE_SIGNING_WITHOUT_KEY: 'allow' },
      token: unsignable,
      expected: 'absent',
    },
    { name: 'off', variables: {}, expected: 'off' },
    {
      name: 'a bad token before a missing signature',
      variables: install,
      token: `${token}=`,
      expected: 'token_malformed',
    },
    { name: 'account', variables: account, headers: signed(token), expected: 'account' },
    {
      name: 'account, key by its id',
      variables: account,
      headers: signed(token),
      accountSource: keyOf(JSON.stringify({ 'key-1': accountKey.toString('base64url') })),
      expected: 'account',
    },
    {
      name: 'account, no key by that id',
      variables: account,
      headers: signed(token),
      accountSource: keyOf(JSON.stringify({ 'key-2': accountKey.toString('base64url') })),
      expected: 'message_signature_key_missing',
    },
    {
      name: 'account, another key',
      variables: account,
      headers: signed(token),
      accountSource: keyOf(randomBytes(64).toString('base64')),
      expected: 'message_signature_mismatch',
    },
    {
      name: 'account, key unavailable',
      variables: account,
      headers: signed(token),
      accountSource: async () => Promise.reject(new Error('down')),
      expected: 'Failure: account_key_unavailable: unexpected error',
    },
    {
      name: 'account, invalid key',
      variables: account,
      headers: signed(token),
      accountSource: keyOf('c2hvcnQ='),
      expected: 'Failure: account_key_invalid: the decoded value is shorter than 32 bytes',
    },
  ];
  for (const { name, variables, token: sent = token, headers = {}, accountSource, expected } of cases) {
    it(`${name}: ${expected}`, async () => {
      const { answer } = harness(
        variables,
        undefined,
        undefined,
        accountSource ?? keyOf(accountKey.toString('base64')),
      );
      for (const api of ['rest', 'http'] as const) {
        const result = await answer(eventOf[api]([['Approov-Token', sent], ...Object.entries(headers)]));
        const found = result.response?.context.messageSignature ?? decisionOf(result)?.reason;
        assert.equal(expected.startsWith('Failure') ? String(result.error) : found, expected);
        assert.equal(
          effectOf(result) === 'Allow',
          ['install', 'account', 'absent', 'off'].includes(expected),
        );
      }
    });
  }
});
