import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { suite, test } from 'node:test';
import { FormatError } from '../../../src/errors.ts';
import { importAccountKeys } from '../../../src/messageSigning/keys.ts';
import { verifyMessageSignature } from '../../../src/messageSigning/verify.ts';
import {
  accountSecret,
  accountSecretText,
  claims,
  coverage,
  created,
  type Given,
  type Header,
  installPair,
  ipk,
  keyMissing,
  keysOf,
  minimum,
  mismatch,
  now,
  outcome,
  requestOf,
  settings,
  signedGet,
  spkiOf,
  stale,
} from './support/signing.ts';

const good = signedGet();
const der = Buffer.from(ipk, 'base64');
const changed = (at: number, value: number) => Buffer.from(der.with(at, value)).toString('base64');
const spki = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
const point = installPair.publicKey.export({ format: 'jwk' });
const x = Buffer.from(point.x as string, 'base64url').toString('hex');

suite('ipk', () => {
  const cases: [name: string, ipk: string, expected: string][] = [
    ['the right key', ipk, 'install'],
    ['another key', spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), mismatch],
    ['empty', '', keyMissing],
    ['no base64', '!', keyMissing],
    ['junk around it', ` ${ipk}\n`, keyMissing],
    ['base64url', ipk.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''), keyMissing],
    ['not canonical', ipk.replace(/[AQgw]==$/, 'B=='), keyMissing],
    ['PEM', installPair.publicKey.export({ type: 'spki', format: 'pem' }) as string, keyMissing],
    ['P-384', spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey), keyMissing],
    ['secp256k1', spkiOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey), keyMissing],
    ['RSA', spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey), keyMissing],
    ['Ed25519', spkiOf(generateKeyPairSync('ed25519').publicKey), keyMissing],
    ['not on the curve', changed(90, (der[90] as number) ^ 1), keyMissing],
    ['coordinates of zero', `${ipk.slice(0, 36)}${'A'.repeat(86)}==`, keyMissing],
    ['coordinates beyond the field', `${ipk.slice(0, 36)}${'/'.repeat(85)}w==`, keyMissing],
    ['the point at infinity', spki('3019301306072a8648ce3d020106082a8648ce3d03010703020000'), keyMissing],
    [
      'a compressed point',
      spki(`3039301306072a8648ce3d020106082a8648ce3d030107032200${'02'}${x}`),
      keyMissing,
    ],
    ['truncated', der.subarray(0, 90).toString('base64'), keyMissing],
    ['the head alone', ipk.slice(0, 36), keyMissing],
    ['a byte after it', Buffer.concat([der, Buffer.of(0)]).toString('base64'), keyMissing],
    ['the point without its head', der.subarray(26).toString('base64'), keyMissing],
    ['another algorithm identifier', changed(12, 0), keyMissing],
  ];
  for (const [name, key, expected] of cases) {
    test(`${name}: ${expected}`, async () => {
      assert.equal(await outcome(good, { claims: { ipk: key } }), expected);
      const allowing = { claims: { ipk: key }, settings: { messageSigningWithoutKey: 'allow' } } as const;
      assert.equal(await outcome(good, allowing), expected, 'a broken key is not an absent one');
    });
  }
});

suite('bytes of an ECDSA signature', () => {
  const raw = Buffer.from((/:(.*):/.exec(good.headers[2]?.[1] ?? '') ?? [])[1] ?? '', 'base64');
  const base = [
    ...minimum.map((line) => line.join(': ')),
    `"@signature-params": ${good.headers[1]?.[1].slice(8)}`,
  ].join('\n');
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const [r, s] = [raw.subarray(0, 32), raw.subarray(32)];
  const zero = Buffer.alloc(32);
  const cases: [string, Buffer, string][] = [
    ['as made', raw, 'install'],
    ['r and s apart, DER', sign('sha256', Buffer.from(base), installPair.privateKey), mismatch],
    ['empty', Buffer.alloc(0), mismatch],
    ['r of zero', Buffer.concat([zero, s]), mismatch],
    ['s of zero', Buffer.concat([r, zero]), mismatch],
    ['both zero', Buffer.alloc(64), mismatch],
    ['r of the order', Buffer.concat([order, s]), mismatch],
    ['s of the order', Buffer.concat([r, order]), mismatch],
    ['all ones', Buffer.alloc(64, 255), mismatch],
    ['a byte less', raw.subarray(0, 63), mismatch],
    ['a byte more', Buffer.concat([raw, Buffer.of(0)]), mismatch],
    ['swapped', Buffer.concat([s, r]), mismatch],
    ['a bit changed', Buffer.from(raw.with(10, (raw[10] as number) ^ 1)), mismatch],
  ];
  for (const [name, bytes, expected] of cases) {
    test(`${name}: ${expected}`, async () => {
      for (const quote of [':', '"']) {
        const headers = [
          ...good.headers.slice(0, 2),
          ['Signature', `install=${quote}${bytes.toString('base64')}${quote}`] as const,
        ];
        assert.equal(await outcome({ headers }), expected);
      }
    });
  }
});

suite('bytes of an HMAC', () => {
  const sent = signedGet(minimum, { label: 'account' });
  const [tokenHeader, input, [, text]] = sent.headers as [Header, Header, Header];
  const raw = Buffer.from(text.slice(9, -1), 'base64');
  const cases: [string, Buffer, string][] = [
    ['as made', raw, 'account'],
    ['empty', Buffer.alloc(0), mismatch],
    ['cut', raw.subarray(0, 16), mismatch],
    ['longer', Buffer.concat([raw, raw]), mismatch],
    ['zero', Buffer.alloc(32), mismatch],
  ];
  for (const [name, bytes, expected] of cases) {
    test(`${name}: ${expected}`, async () => {
      const headers = [tokenHeader, input, ['Signature', `account=:${bytes.toString('base64')}:`] as const];
      assert.equal(await outcome({ headers }, { settings: { messageSigning: 'account' } }), expected);
    });
  }
});

suite('account keys', () => {
  const account = { messageSigning: 'account' } as const;
  const sent = signedGet(minimum, { label: 'account' });
  const other = Buffer.alloc(64, 7).toString('base64');
  const json = (value: unknown) => JSON.stringify(value);
  const cases: [name: string, secret: string, mskid: string, expected: string][] = [
    ['a key alone serves every id', accountSecretText, 'any', 'account'],
    ['base64url, with a line break', `${accountSecret.toString('base64url')}\n`, 'any', 'account'],
    ['another key', other, 'any', mismatch],
    ['named', json({ 'key-0': other, 'key-1': accountSecretText }), 'key-1', 'account'],
    ['named, white space around it', ` ${json({ 'key-1': accountSecretText })} `, 'key-1', 'account'],
    ['named, after a byte order mark', `\ufeff${json({ 'key-1': accountSecretText })}`, 'key-1', 'account'],
    ['named, the key of another id', json({ 'key-0': other, 'key-1': accountSecretText }), 'key-0', mismatch],
    ['named, an unknown id', json({ 'key-0': accountSecretText }), 'key-1', keyMissing],
    ['named, an id that every object has', json({ 'key-0': accountSecretText }), 'constructor', keyMissing],
    ['named, an empty id', json({ 'key-0': accountSecretText }), '', keyMissing],
  ];
  for (const [name, secret, mskid, expected] of cases) {
    test(`${name}: ${expected}`, async () => {
      const given = { settings: account, claims: { mskid }, accountKeys: keysOf(secret) };
      assert.equal(await outcome(sent, given), expected);
    });
  }

  test('tries the keys that are offered one after the other', async () => {
    const offered = [json({ 'key-0': other }), json({ 'key-1': other }), accountSecretText];
    const given = {
      settings: { messageSigning: 'account' },
      accountKeys: async (verifies: Parameters<ReturnType<typeof keysOf>>[0]) => {
        const results: boolean[] = [];
        for (const text of offered) results.push(await verifies(await importAccountKeys(text)));
        assert.deepEqual(results, [false, false, true]);
        return results.includes(true);
      },
    } as const;
    assert.equal(await outcome({ ...sent, query: {} }, given), 'account');
  });

  test('tries every reading of the request with every key', async () => {
    const lines = minimum.map(
      ([id, value]) => [id, value.endsWith('/shapes') ? `${value}?a=x+y` : value] as const,
    );
    const spaced = { ...signedGet(lines, { label: 'account' }), query: { a: ['x y'] } };
    const given = {
      settings: { messageSigning: 'account' },
      accountKeys: async (verifies: Parameters<ReturnType<typeof keysOf>>[0]) =>
        (await verifies(await importAccountKeys(other))) ||
        verifies(await importAccountKeys(accountSecretText)),
    } as const;
    assert.equal(await outcome(spaced, given), 'account');
  });

  test('are not asked for before the rest of the signature is in order', async () => {
    const given: Given = { settings: account, accountKeys: async () => assert.fail('asked for keys') };
    assert.equal(await outcome(signedGet([], { label: 'account' }), given), coverage);
    const old = { label: 'account', params: `;created=${created - 100}` } as const;
    assert.equal(await outcome(signedGet(minimum, old), given), stale);
  });

  test('that are unavailable are a failure', async () => {
    const failure = new Error('no secret');
    const unavailable = outcome(sent, { settings: account, accountKeys: () => Promise.reject(failure) });
    await assert.rejects(unavailable, failure);
    const noKeys = verifyMessageSignature(requestOf(sent), claims, { ...settings, ...account }, now);
    await assert.rejects(noKeys, { code: 'internal_error' });
  });

  const broken: [string, string][] = [
    ['empty', ''],
    ['too short', Buffer.alloc(31).toString('base64')],
    ['cut JSON', '{"key-1":'],
    ['no key named', '{}'],
    ['a key that is not text', json({ 'key-1': 1 })],
    ['a key that is an object', json({ 'key-1': { key: accountSecretText } })],
    ['one broken key among good ones', json({ 'key-0': accountSecretText, 'key-1': '!' })],
  ];
  for (const [name, text] of broken) {
    test(`a secret that is not one: ${name}`, async () => {
      await assert.rejects(importAccountKeys(text), (error: Error) => {
        assert.ok(error instanceof FormatError);
        assert.ok(text === '' || !error.message.includes(text));
        return true;
      });
    });
  }
});
