import { createPublicKey, type KeyObject } from 'node:crypto';
import { type DemoInput, type DemoRequest, exampleClaims, refused, served } from '../approov/demoRequests.ts';
import { newKeysetKey } from '../approov/keysetKey.ts';
import { mintToken } from '../approov/mint.ts';
import type { KeysetKey } from '../console/localRun.ts';

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
      served(`${algorithm} token of the keyset`, get(mint(privateKey))),
      refused(`${algorithm} token, unknown key`, get(mint(privateKey, { kid: 'other' })), 'key_unknown'),
      refused(`${algorithm} token, forged`, get(mint(newKeysetKey(algorithm))), 'signature_mismatch'),
      refused(
        `HS256 token, ${algorithm} public key as secret`,
        get(mintToken({ claims, key: Buffer.from(publicKey), header: { kid } })),
        'signature_mismatch',
      ),
    ];
  });
}
