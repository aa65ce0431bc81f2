import { createPublicKey, type KeyObject } from 'node:crypto';
import { type DemoInput, type DemoRequest, exampleClaims } from '../approov/demoRequests.ts';
import { newKeysetKey } from '../approov/keysetKey.ts';
import { mintToken } from '../approov/mint.ts';

/** A key of the local keyset. */
export interface KeysetKey {
  readonly algorithm: 'RS256' | 'ES256';
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/**
 * The demo's requests for one API with tokens of a keyset: of each of its keys, with a key that it lacks, forged, and with
 * the public key as the secret of an HS256 token.
 *
 * @param url of Hello.
 */
export function keysetDemoRequests(
  url: string,
  keys: readonly KeysetKey[],
  { now, usableSeconds }: DemoInput,
): DemoRequest[] {
  const claims = { ...exampleClaims, exp: now + usableSeconds };
  const get = (token: string) => ({ method: 'GET', url, headers: { 'Approov-Token': token } });
  return keys.flatMap(({ algorithm, kid, privateKey }): DemoRequest[] => {
    const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
    const mint = (key: KeyObject, header: object = { kid }) => mintToken({ claims, algorithm, key, header });
    return [
      { title: `${algorithm} token of the keyset`, request: get(mint(privateKey)), status: 200 },
      {
        title: `${algorithm} token, unknown key`,
        request: get(mint(privateKey, { kid: 'other' })),
        status: 403,
        reason: 'key_unknown',
      },
      {
        title: `${algorithm} token, forged`,
        request: get(mint(newKeysetKey(algorithm))),
        status: 403,
        reason: 'signature_mismatch',
      },
      {
        title: `HS256 token, ${algorithm} public key as secret`,
        request: get(mintToken({ claims, key: Buffer.from(publicKey), header: { kid } })),
        status: 403,
        reason: 'signature_mismatch',
      },
    ];
  });
}
