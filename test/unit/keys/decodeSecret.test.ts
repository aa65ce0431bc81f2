import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FormatError } from '../../../src/errors.ts';
import { decodeSecret, importTokenSecret } from '../../../src/keys/decodeSecret.ts';

// Bytes whose base64 has both characters that the alphabets spell differently.
const bytes = Buffer.alloc(64, Buffer.from([0xfb, 0xff, 0xbe, 0x01]));
const base64 = bytes.toString('base64');
const unpadded = base64.replace(/=+$/, '');
const neither = 'the value is neither base64 nor base64url';
const empty = 'the value is empty';

const isRefused = (message: string) => (error: unknown) =>
  error instanceof FormatError && error.message === message;

suite('base64 of a secret', () => {
  const good: Record<string, string> = {
    base64,
    'base64 without padding': unpadded,
    base64url: bytes.toString('base64url'),
    'base64url with padding': `${bytes.toString('base64url')}==`,
    'a line break after it, as the command line tool prints': `${base64}\n`,
    'white space around it': ` \t\r\n${base64} \n`,
  };
  for (const [name, text] of Object.entries(good)) {
    test(`is read: ${name}`, () => assert.deepEqual(decodeSecret(text), bytes));
  }

  for (const length of [32, 33, 34, 4096]) {
    test(`is read: ${length} bytes`, () => {
      const secret = Buffer.alloc(length, 7);
      for (const encoding of ['base64', 'base64url'] as const) {
        assert.deepEqual(decodeSecret(secret.toString(encoding)), secret);
      }
    });
  }

  const tooShort = 'the decoded value is shorter than 32 bytes';
  const notCanonical = 'the base64 is not canonical: the value may be cut short';
  const bad: [name: string, text: string, message: string][] = [
    ['nothing', '', empty],
    ['white space', ' \n', empty],
    ['padding alone', '==', neither],
    ['words', 'change me to the Approov secret!', neither],
    ['JSON, without a JSON key configured', `{"secret":"${base64}"}`, neither],
    ['quotes around it', `"${base64}"`, neither],
    ['a banner line before it', `note: this is the secret\n${base64}`, neither],
    ['white space inside', `${base64.slice(0, 40)}\n${base64.slice(40)}`, neither],
    ['both alphabets', `${unpadded.slice(0, -1)}-`, neither],
    ['hexadecimal with a prefix', `0x${bytes.toString('hex')}:`, neither],
    ['three paddings', `${base64}=`, neither],
    ['padding inside', `${unpadded}==${unpadded}`, neither],
    ['an emoji', `${unpadded}🔑`, neither],
    ['too little padding', `${unpadded}=`, 'the base64 padding is wrong: the value may be cut short'],
    ['cut by a character', unpadded.slice(0, -1), notCanonical],
    ['bits beyond the last byte', `${unpadded.slice(0, -1)}R`, notCanonical],
    ['31 bytes', Buffer.alloc(31, 7).toString('base64'), tooShort],
    ['1 byte', 'AA==', tooShort],
  ];
  for (const [name, text, message] of bad) {
    test(`is refused without quoting it: ${name}`, () => {
      assert.throws(() => decodeSecret(text), isRefused(message));
    });
  }
});

suite('value of the token secret', () => {
  const json = (value: unknown) => JSON.stringify(value);
  const good: [name: string, text: string, key?: string][] = [
    ['the base64 itself', base64],
    ['a member of a JSON object', json({ other: 1, approov: base64 }), 'approov'],
    ['base64 after a byte order mark', `\ufeff${base64}`],
    ['JSON after a byte order mark', `\ufeff${json({ k: base64 })}`, 'k'],
    ['JSON with white space around it', `\n ${json({ k: base64 })}\r\n`, 'k'],
    ['a JSON key with odd characters', json({ 'a.b c': `${base64}\n` }), 'a.b c'],
  ];
  for (const [name, text, key] of good) {
    test(`${name}: a key that verifies and cannot be read back`, async () => {
      const { algorithm, extractable, usages } = await importTokenSecret(text, key);
      const hmac = { name: 'HMAC', length: 512, hash: { name: 'SHA-256' } };
      assert.deepEqual([algorithm, extractable, usages], [hmac, false, ['verify']]);
    });
  }

  const noJson = 'the value is not JSON, but a JSON key is configured';
  const noObject = 'the value is not a JSON object, but a JSON key is configured';
  const noString = 'the JSON object has no string at the configured key';
  const bad: [name: string, text: string, key: string | undefined, message: string][] = [
    ['no JSON', base64, 'k', noJson],
    ['truncated JSON', `{"k":"${base64}`, 'k', noJson],
    ['a JSON string', json(base64), 'k', noObject],
    ['a JSON array', json([base64]), '0', noObject],
    ['null', 'null', 'k', noObject],
    ['another key', json({ K: base64 }), 'k', noString],
    ['a number at the key', json({ k: 7 }), 'k', noString],
    ['an object at the key', json({ k: { k: base64 } }), 'k', noString],
    ['a name that every object inherits', json({}), 'toString', noString],
    ['the prototype', json({ k: base64 }), '__proto__', noString],
    ['an empty member', json({ k: '' }), 'k', empty],
    ['a JSON object without a JSON key', json({ k: base64 }), undefined, neither],
  ];
  for (const [name, text, key, message] of bad) {
    test(`refused without quoting it: ${name}`, async () => {
      await assert.rejects(importTokenSecret(text, key), isRefused(message));
    });
  }
});
