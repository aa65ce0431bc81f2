import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import {
  type Given,
  type Header,
  minimum,
  now,
  outcome,
  type Sent,
  signatureHeaders,
  token,
  type Writing,
} from './support/signing.ts';

/** A request with these signatures, each a member of the same two dictionaries. */
function signedBy(...writings: readonly Writing[]): Sent {
  const headers = writings.map((writing) => signatureHeaders(minimum, writing));
  const joined = (name: string): Header[] => {
    const values = headers.flatMap((some) =>
      some.filter(([other]) => other === name).map(([, value]) => value),
    );
    return values.length === 0 ? [] : [[name, values.join(', ')]];
  };
  return { headers: [['Approov-Token', token], ...joined('Signature-Input'), ...joined('Signature')] };
}

const install: Writing = { label: 'install' };
const account: Writing = { label: 'account' };
const badInstall: Writing = {
  label: 'install',
  key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
};
const badAccount: Writing = { label: 'account', key: randomBytes(64) };
const staleInstall: Writing = { label: 'install', params: `;created=${Math.floor(now) - 61}` };

/** Without one of the two headers' member `install`. */
const halfOf = (sent: Sent, name: string): Sent => ({
  headers: sent.headers.map(([other, value]) => [
    other,
    other === name ? value.replace(/install=/, 'other=') : value,
  ]),
});

suite('message signing of any kind', () => {
  const any: Given['settings'] = { messageSigning: 'any' };
  const cases: { name: string; sent: Sent; claims?: Given['claims']; expected: string }[] = [
    { name: 'both signatures', sent: signedBy(install, account), expected: 'install' },
    { name: 'both signatures, the other way round', sent: signedBy(account, install), expected: 'install' },
    { name: 'both, and a bad one of the account', sent: signedBy(install, badAccount), expected: 'install' },
    { name: 'the installation alone', sent: signedBy(install), expected: 'install' },
    {
      name: 'the account alone, as of a device without secure hardware',
      sent: signedBy(account),
      expected: 'account',
    },
    {
      name: 'the account, and no ipk',
      sent: signedBy(account),
      claims: { ipk: undefined },
      expected: 'account',
    },
    {
      name: 'both, and no ipk: the installation has no key to verify with',
      sent: signedBy(install, account),
      claims: { ipk: undefined },
      expected: 'account',
    },
    {
      name: 'both, and no mskid',
      sent: signedBy(install, account),
      claims: { mskid: undefined },
      expected: 'install',
    },
    {
      name: 'a bad signature of the installation, which a good one of the account does not mend',
      sent: signedBy(badInstall, account),
      expected: 'message_signature_mismatch',
    },
    {
      name: 'a stale signature of the installation beside a fresh one of the account',
      sent: signedBy(staleInstall, account),
      expected: 'message_signature_stale',
    },
    {
      name: 'a bad signature of the account alone',
      sent: signedBy(badAccount),
      expected: 'message_signature_mismatch',
    },
    { name: 'no signature', sent: signedBy(), expected: 'message_signature_missing' },
    {
      name: 'a stripped signature of an app that has no other key',
      sent: signedBy(),
      claims: { mskid: undefined },
      expected: 'message_signature_missing',
    },
    {
      name: 'the account alone, and no mskid',
      sent: signedBy(account),
      claims: { mskid: undefined },
      expected: 'message_signature_key_missing',
    },
    {
      name: 'half a signature of the installation, and one of the account',
      sent: halfOf(signedBy(install, account), 'Signature'),
      expected: 'account',
    },
    {
      name: 'the other half',
      sent: halfOf(signedBy(install, account), 'Signature-Input'),
      expected: 'account',
    },
    {
      name: 'headers that are no dictionary',
      sent: { headers: [...signedBy(account).headers, ['Signature', '(']] },
      expected: 'message_signature_malformed',
    },
    {
      name: 'neither key, and both signatures',
      sent: signedBy(install, account),
      claims: { ipk: undefined, mskid: undefined },
      expected: 'message_signature_key_missing',
    },
  ];
  for (const withoutKey of ['refuse', 'allow'] as const) {
    for (const { name, sent, claims = {}, expected } of cases) {
      const namesNone = 'ipk' in claims && 'mskid' in claims;
      const result = withoutKey === 'allow' && namesNone ? 'absent' : expected;
      test(`${name}: ${result}, with a token without key: ${withoutKey}`, async () => {
        assert.equal(
          await outcome(sent, { settings: { ...any, messageSigningWithoutKey: withoutKey }, claims }),
          result,
        );
      });
    }
  }

  test('the same member twice counts as one', async () => {
    const { headers } = signedBy(install);
    const twice: Sent = {
      headers: headers.map(([name, value]) => [
        name,
        name === 'Approov-Token' ? value : `${value}, ${value}`,
      ]),
    };
    for (const mode of ['install', 'any'] as const) {
      assert.equal(await outcome(twice, { settings: { messageSigning: mode } }), 'install');
    }
    assert.equal(
      await outcome(signedBy(install, badInstall), { settings: any }),
      'message_signature_malformed',
    );
  });
});
