import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseTokenSecret, SecretFormatError } from '../../../src/keys/decodeSecret.ts';

const base64 = Buffer.alloc(64, 7).toString('base64');
const json = (value: unknown) => JSON.stringify(value);

suite('value of the token secret', () => {
  const good = [
    { name: 'the base64 itself', text: base64 },
    { name: 'a member of a JSON object', key: 'approov', text: json({ other: 1, approov: base64 }) },
    { name: 'base64 after a byte order mark', text: `\ufeff${base64}` },
    { name: 'JSON after a byte order mark', key: 'k', text: `\ufeff${json({ k: base64 })}` },
    { name: 'JSON with white space around it', key: 'k', text: `\n ${json({ k: base64 })}\r\n` },
    { name: 'a JSON key with odd characters', key: 'a.b c', text: json({ 'a.b c': `${base64}\n` }) },
  ];
  for (const { name, key, text } of good) {
    test(`${name}: a key that verifies and cannot be read back`, async () => {
      const imported = await parseTokenSecret(key)(text);
      assert.deepEqual(
        [imported.algorithm, imported.extractable, imported.usages],
        [{ name: 'HMAC', length: 512, hash: { name: 'SHA-256' } }, false, ['verify']],
      );
    });
  }

  const noString = 'the JSON object has no string at the configured key';
  const noObject = 'the value is not a JSON object, but a JSON key is configured';
  const bad = [
    {
      name: 'no JSON',
      key: 'k',
      text: base64,
      message: 'the value is not JSON, but a JSON key is configured',
    },
    {
      name: 'truncated JSON',
      key: 'k',
      text: `{"k":"${base64}`,
      message: 'the value is not JSON, but a JSON key is configured',
    },
    { name: 'a JSON string', key: 'k', text: json(base64), message: noObject },
    { name: 'a JSON array', key: '0', text: json([base64]), message: noObject },
    { name: 'null', key: 'k', text: 'null', message: noObject },
    { name: 'another key', key: 'k', text: json({ K: base64 }), message: noString },
    { name: 'a number at the key', key: 'k', text: json({ k: 7 }), message: noString },
    { name: 'an object at the key', key: 'k', text: json({ k: { k: base64 } }), message: noString },
    { name: 'a name that every object inherits', key: 'toString', text: json({}), message: noString },
    { name: 'the prototype', key: '__proto__', text: json({ k: base64 }), message: noString },
    { name: 'an empty member', key: 'k', text: json({ k: '' }), message: 'the value is empty' },
    {
      name: 'a JSON object without a JSON key',
      text: json({ k: base64 }),
      message: 'the value is neither base64 nor base64url',
    },
  ];
  for (const { name, key, text, message } of bad) {
    test(`refused without quoting it: ${name}`, async () => {
      await assert.rejects(
        parseTokenSecret(key)(text),
        (error) => error instanceof SecretFormatError && error.message === message,
      );
    });
  }
});
