import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { decodeSecret, SecretFormatError } from '../../../src/keys/decodeSecret.ts';

// Bytes whose base64 has both characters that the alphabets spell differently.
const bytes = Buffer.alloc(64, Buffer.from([0xfb, 0xff, 0xbe, 0x01]));
const base64 = bytes.toString('base64');
const unpadded = base64.replace(/=+$/, '');

suite('base64 of a secret', () => {
  const good = [
    { name: 'base64', text: base64 },
    { name: 'base64 without padding', text: unpadded },
    { name: 'base64url', text: bytes.toString('base64url') },
    { name: 'base64url with padding', text: `${bytes.toString('base64url')}==` },
    { name: 'a line break after it, as the command line tool prints', text: `${base64}\n` },
    { name: 'white space around it', text: ` \t\r\n${base64} \n` },
  ];
  for (const { name, text } of good) {
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

  const short = Buffer.alloc(31, 7).toString('base64');
  const neither = 'the value is neither base64 nor base64url';
  const bad = [
    { name: 'nothing', text: '', message: 'the value is empty' },
    { name: 'white space', text: ' \n', message: 'the value is empty' },
    { name: 'padding alone', text: '==', message: neither },
    { name: 'words', text: 'change me to the Approov secret!', message: neither },
    { name: 'JSON, without a JSON key configured', text: `{"secret":"${base64}"}`, message: neither },
    { name: 'quotes around it', text: `"${base64}"`, message: neither },
    { name: 'a banner line before it', text: `note: this is the secret\n${base64}`, message: neither },
    { name: 'white space inside', text: `${base64.slice(0, 40)}\n${base64.slice(40)}`, message: neither },
    { name: 'both alphabets', text: `${unpadded.slice(0, -1)}-`, message: neither },
    { name: 'hexadecimal with a prefix', text: `0x${bytes.toString('hex')}:`, message: neither },
    { name: 'three paddings', text: `${base64}=`, message: neither },
    { name: 'padding inside', text: `${unpadded}==${unpadded}`, message: neither },
    { name: 'an emoji', text: `${unpadded}🔑`, message: neither },
    {
      name: 'too little padding',
      text: `${unpadded}=`,
      message: 'the base64 padding is wrong: the value may be cut short',
    },
    {
      name: 'cut by a character',
      text: unpadded.slice(0, -1),
      message: 'the base64 is not canonical: the value may be cut short',
    },
    {
      name: 'bits beyond the last byte',
      text: `${unpadded.slice(0, -1)}R`,
      message: 'the base64 is not canonical: the value may be cut short',
    },
    { name: '31 bytes', text: short, message: 'the decoded value is shorter than 32 bytes' },
    { name: '1 byte', text: 'AA==', message: 'the decoded value is shorter than 32 bytes' },
  ];
  for (const { name, text, message } of bad) {
    test(`is refused without quoting it: ${name}`, () => {
      assert.throws(
        () => decodeSecret(text),
        (error) => error instanceof SecretFormatError && error.message === message,
      );
    });
  }
});
