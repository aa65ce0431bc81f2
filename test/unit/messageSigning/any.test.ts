import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import {
  type Given,
  type Header,
  keyMissing,
  malformed,
  minimum,
  mismatch,
  missing,
  now,
  outcome,
  type Sent,
  signatureHeaders,
  stale,
  token,
  type Writing,
} from './support/signing.ts';

/** A request with these signatures, each a member of the same two dictionaries. */
function signedBy(...writings: readonly Writing[]): Sent {
  const headers = writings.flatMap((writing) => signatureHeaders(minimum, writing));
  const joined = ['Signature-Input', 'Signature'].flatMap((name): Header[] => {
    const values = headers.filter(([other]) => other === name).map(([, value]) => value);
    return values.length === 0 ? [] : [[name, values.join(', ')]];
  });
  return { headers: [['Approov-Token', token], ...joined] };
}

const install: Writing = { label: 'install' };
const account: Writing = { label: 'account' };
const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const badInstall: Writing = { label: 'install', key: otherKey };
const badAccount: Writing = { label: 'account', key: randomBytes(64) };
const staleInstall: Writing = { label: 'install', params: `;created=${Math.floor(now) - 61}` };
const both = signedBy(install, account);

/** Without the member `install` in one of the two headers. */
const halfOf = (sent: Sent, name: string): Sent => ({
  headers: sent.headers.map(([other, value]) => [
    other,
    other === name ? value.replace(/install=/, 'other=') : value,
  ]),
});

suite('message signing of any kind', () => {
  const any: Given['settings'] = { messageSigning: 'any' };
  const noIpk = { ipk: undefined };
  const noMskid = { mskid: undefined };
  const broken: Sent = { headers: [...signedBy(account).headers, ['Signature', '(']] };
  const cases: [name: string, sent: Sent, expected: string, claims?: Given['claims']][] = [
    ['both signatures', both, 'install'],
    ['both signatures, the other way round', signedBy(account, install), 'install'],
    ['both, and a bad one of the account', signedBy(install, badAccount), 'install'],
    ['the installation alone', signedBy(install), 'install'],
    ['the account alone, as of a device without secure hardware', signedBy(account), 'account'],
    ['the account, and no ipk', signedBy(account), 'account', noIpk],
    ['both, and no ipk: the installation has no key to verify with', both, 'account', noIpk],
    ['both, and no mskid', both, 'install', noMskid],
    [
      'a bad signature of the installation, and a good one of the account',
      signedBy(badInstall, account),
      mismatch,
    ],
    [
      'a stale signature of the installation, and a fresh one of the account',
      signedBy(staleInstall, account),
      stale,
    ],
    ['a bad signature of the account alone', signedBy(badAccount), mismatch],
    ['no signature', signedBy(), missing],
    ['a stripped signature of an app that has no other key', signedBy(), missing, noMskid],
    ['the account alone, and no mskid', signedBy(account), keyMissing, noMskid],
    ['half a signature of the installation, and one of the account', halfOf(both, 'Signature'), 'account'],
    ['the other half', halfOf(both, 'Signature-Input'), 'account'],
    ['headers that are not a dictionary', broken, malformed],
    ['neither key, and both signatures', both, keyMissing, { ...noIpk, ...noMskid }],
  ];
  for (const messageSigningWithoutKey of ['refuse', 'allow'] as const) {
    for (const [name, sent, expected, claims = {}] of cases) {
      const namesNone = 'ipk' in claims && 'mskid' in claims;
      const result = messageSigningWithoutKey === 'allow' && namesNone ? 'absent' : expected;
      test(`${name}: ${result}, with a token without key: ${messageSigningWithoutKey}`, async () => {
        assert.equal(await outcome(sent, { settings: { ...any, messageSigningWithoutKey }, claims }), result);
      });
    }
  }

  test('the same member twice counts as one', async () => {
    const [tokenHeader, ...headers] = signedBy(install).headers as [Header, ...Header[]];
    const twice = [tokenHeader, ...headers.map(([name, value]): Header => [name, `${value}, ${value}`])];
    for (const messageSigning of ['install', 'any'] as const) {
      assert.equal(await outcome({ headers: twice }, { settings: { messageSigning } }), 'install');
    }
    assert.equal(await outcome(signedBy(install, badInstall), { settings: any }), malformed);
  });
});
