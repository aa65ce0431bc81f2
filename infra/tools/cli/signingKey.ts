import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { AsymmetricAlgorithm } from '../../../src/token/algorithms.ts';
import { fitsAlgorithm, newKeysetKey, publicJwk } from '../approov/keysetKey.ts';
import { CommandError } from '../command/runCommand.ts';
import { readText, secretInput } from './secretInput.ts';
import type { TokenOptions } from './tokenOptions.ts';

/** What signs a token, and for a key of a keyset what verifies it, as `APPROOV_KEYSET_JWKS` takes it. */
export interface SigningKey {
  readonly key: Buffer | KeyObject;
  readonly publicKey?: string;
}

/**
 * The secret for HS256; for other algorithms the private key of a file, or a new one.
 *
 * @throws CommandError
 */
export async function signingKey({ algorithm, kid, secretFile, keyFile }: TokenOptions): Promise<SigningKey> {
  if (algorithm === 'HS256') return { key: (await secretInput(secretFile, 'secret')).bytes };
  const key = keyFile === undefined ? newKeysetKey(algorithm) : await privateKey(keyFile, algorithm);
  const publicKey =
    kid === undefined
      ? createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString().trim()
      : JSON.stringify({ keys: [publicJwk(key, algorithm, kid)] });
  return { key, publicKey };
}

async function privateKey(file: string, algorithm: AsymmetricAlgorithm): Promise<KeyObject> {
  const key = parsed(await readText(file, 'private key'));
  if (key === undefined || !fitsAlgorithm(key, algorithm)) {
    throw new CommandError(`private key: ${file} has none for ${algorithm} in PEM`);
  }
  return key;
}

function parsed(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}
